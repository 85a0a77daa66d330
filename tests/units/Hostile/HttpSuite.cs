using System.Globalization;
using System.IO.Compression;
using System.Text;
using OpsRestart.Adapters.Amqp;
using OpsRestart.Tests.Units.Probes;

namespace OpsRestart.Tests.Units.Hostile;

/// <summary>Web servers, pages of metrics, WebSockets and a management API whose answers are broken, huge, slow or of no sense.</summary>
internal sealed class HttpSuite : IHostileSuite
{
    private static readonly string[] Kinds = ["http", "http-json", "http-follow", "metric", "ws", "roundtrip", "management"];
    private const string Escapes = "\x1b]0;owned\x07\x1b[2J\u009b31m";

    public IReadOnlyList<HostileInput> Inputs(Random random)
    {
        var answers = Answers(random).ToList();
        return [.. from kind in Kinds from a in answers select new HostileInput($"{kind} {a.Name}", (kind, a.Bytes, a.Then))];
    }

    public async Task<string> TryAsync(HostileInput input, CancellationToken cancellationToken)
    {
        var (kind, bytes, then) = ((string, byte[], Func<Stream, CancellationToken, Task>))input.Data!;
        await using var server = new FakeServer(PeerScripts.After(bytes, then));
        if (kind == "management")
        {
            using var api = new ManagementApi(new Uri($"http://{server.Address}"), AmqpEndpoint.Parse("amqp://u:p@localhost"));
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            return $"{(await api.GetQueuesAsync(cancellationToken)).Count} queues";
        }

        (string, object?)[] settings = kind switch
        {
            "http-json" => [("json", new Dictionary<string, object?> { ["a.b"] = "x" }), ("contains", "ok")],
            "http-follow" => [("followRedirects", true), ("pattern", "^fine$")],
            "metric" => [("name", "up"), ("max", 1)],
            "roundtrip" =>
            [
                ("send", $"http://{server.Address}/in"),
                ("prepare", $"http://{server.Address}/open"),
                ("capture", new Dictionary<string, object?> { ["queue"] = "a.b" }),
            ],
            "ws" => [("json", new Dictionary<string, object?> { ["a"] = "x" })],
            _ => [],
        };
        var probe = kind.Split('-')[0];
        var definition = Check.Define(probe, $"{(probe == "ws" ? "ws" : "http")}://{server.Address}/health", settings) with
        {
            Timeout = TimeSpan.FromMilliseconds(700),
        };
        var result = await Check.RunAsync(definition, null, cancellationToken);
        return $"{result.Status} {result.Reason} {result.Target} {result.Detail}";
    }

    private static IEnumerable<(string Name, byte[] Bytes, Func<Stream, CancellationToken, Task> Then)> Answers(Random random)
    {
        const string Ok = "HTTP/1.1 200 OK\r\n";
        (string, byte[], Func<Stream, CancellationToken, Task>) Closed(string name, params byte[][] parts) =>
            (name, [.. parts.SelectMany(static p => p)], PeerScripts.CloseAsync);
        byte[] B(string text) => PeerScripts.Bytes(text);

        yield return Closed("deflate that is none", B(Ok + "Content-Encoding: deflate\r\n\r\n"), B("this is not deflated"));
        yield return Closed("gzip that is none", B(Ok + "Content-Encoding: gzip\r\n\r\n"), B("this is not zipped"));
        yield return Closed("brotli that is none", B(Ok + "Content-Encoding: br\r\n\r\n"), B("this is not brotli"));
        yield return Closed("a bomb in gzip", B(Ok + "Content-Encoding: gzip\r\n\r\n"), Bomb());
        yield return Closed("a gzip that ends early", B(Ok + "Content-Encoding: gzip\r\n\r\n"), Bomb()[..2000]);
        yield return Closed(
            "encodings without end",
            B(Ok + $"Content-Encoding: {string.Join(", ", Enumerable.Repeat("gzip", 500))}\r\n\r\nx")
        );
        yield return Closed("headers of a megabyte", B(Ok + $"X-Long: {new string('x', 1024 * 1024)}\r\n\r\n"));
        yield return Closed(
            "ten thousand headers",
            B(Ok + string.Concat(Enumerable.Range(0, 10_000).Select(static i => $"X-{i}: y\r\n")) + "\r\n")
        );
        yield return Closed(
            "the same header often",
            B(Ok + string.Concat(Enumerable.Repeat("Content-Type: a\r\nX-A: b\r\n", 50)) + "\r\nok")
        );
        yield return Closed("two lengths", B(Ok + "Content-Length: 5\r\nContent-Length: 7\r\n\r\nhello"));
        yield return Closed("a length that is none", B(Ok + "Content-Length: many\r\n\r\nhello"));
        yield return Closed("a negative length", B(Ok + "Content-Length: -5\r\n\r\nhello"));
        yield return Closed("a length of exabytes", B(Ok + "Content-Length: 9223372036854775807\r\n\r\nhello"));
        yield return Closed("a length beyond any number", B(Ok + "Content-Length: 99999999999999999999999\r\n\r\nhello"));
        yield return Closed("a body that ends early", B(Ok + "Content-Length: 5000\r\n\r\nhello"));
        yield return Closed("chunks that are none", B(Ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n"));
        yield return Closed("a chunk of exabytes", B(Ok + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nhello\r\n"));
        yield return Closed("a charset that is none", B(Ok + "Content-Type: text/html; charset=no-such-charset\r\n\r\nok"));
        yield return Closed("a charset in quotes and escapes", B(Ok + $"Content-Type: text/html; charset=\"{Escapes}\"\r\n\r\nok"));
        yield return Closed("bytes that are no UTF-8", B(Ok + "\r\n\xff\xfe\xc3\x28\xed\xa0\x80 ok"));
        yield return Closed("halves of characters", B(Ok + "\r\n{\"a\":{\"b\":\"\\ud800\"},\"\\udc00\":\"ok\"}"));
        yield return Closed("JSON nested deep", B(Ok + "\r\n" + new string('[', 200_000) + " ok"));
        yield return Closed("JSON with the name twice", B(Ok + "\r\n{\"a\":{\"b\":1,\"b\":\"x\"},\"a\":[\"ok\"]}"));
        yield return Closed("escapes in the phrase", B($"HTTP/1.1 200 {Escapes}\r\n\r\nok"));
        yield return Closed("escapes in a bad answer", B($"HTTP/1.1 500 {Escapes}\r\nX-A: b\r\n\r\n{Escapes}\r\n\0\0"));
        yield return Closed("a status of four digits", B("HTTP/1.1 2000 OK\r\n\r\n"));
        yield return Closed("a status of nothing", B("HTTP/1.1 \r\n\r\n"));
        yield return Closed("a status of 999", B("HTTP/1.1 999 What\r\n\r\n"));
        yield return Closed("a status of 100 alone", B("HTTP/1.1 100 Continue\r\n\r\n"));
        yield return Closed("a thousand times 100", B(string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 1000))));
        yield return Closed("101 without asking", B("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"));
        yield return Closed("HTTP/0.9", B("<html>ok</html>"));
        yield return Closed("HTTP/3.7", B("HTTP/3.7 200 OK\r\n\r\n"));
        yield return Closed("an SSH banner", B("SSH-2.0-OpenSSH_9.2\r\n"));
        yield return Closed("a TLS alert", [0x15, 3, 1, 0, 2, 2, 40]);
        yield return Closed("nothing");
        foreach (
            var to in new[]
            {
                "file:///etc/passwd",
                "ftp://localhost/x",
                "javascript:alert(1)",
                "//",
                "http://",
                "http://[",
                "\\\\host\\share",
                Escapes,
                "http://u:pw@127.0.0.1:1/",
                "ws://x/",
                "",
                "/health",
                "http:///",
                "http://localhost:99999/",
                new string('a', 50_000),
            }
        )
        {
            yield return Closed(
                $"a redirect to {(to.Length > 60 ? "far away" : to == Escapes ? "escapes" : to)}",
                B($"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
            );
        }

        foreach (var page in Pages(random))
        {
            yield return Closed($"a page: {page.Name}", B(Ok + "Content-Type: text/plain\r\n\r\n"), Encoding.UTF8.GetBytes(page.Text));
        }

        yield return ("a body in drips", B(Ok + "\r\n"), PeerScripts.DripAsync);
        yield return ("a bad body in drips", B("HTTP/1.1 500 No\r\n\r\n"), PeerScripts.DripAsync);
        yield return ("a chunked body in drips", B(Ok + "Transfer-Encoding: chunked\r\n\r\n"), PeerScripts.DripAsync);
        yield return ("a body without end", B(Ok + "\r\n"), PeerScripts.FloodAsync);
        yield return ("a bad body without end", B("HTTP/1.1 500 No\r\n\r\n"), PeerScripts.FloodAsync);
        yield return ("headers without end", B("HTTP/1.1 200 OK\r\nX-A: "), PeerScripts.FloodAsync);
        yield return ("headers in drips", B("HTTP/1.1 200 OK\r\nX-A: "), PeerScripts.DripAsync);
        yield return ("silence after the headers", B(Ok + "Content-Length: 10\r\n\r\n"), PeerScripts.SilentAsync);
        yield return ("silence in the headers", B("HTTP/1.1 200"), PeerScripts.SilentAsync);
        for (var i = 0; i < 6; i++)
        {
            yield return Closed(string.Create(CultureInfo.InvariantCulture, $"noise {i}"), PeerScripts.Noise(random));
        }
    }

    private static IEnumerable<(string Name, string Text)> Pages(Random random)
    {
        yield return ("the same label twice", "up{a=\"1\",a=\"2\"} 1\n");
        yield return ("no number", "up{a=\"1\"} NaN\nup +Inf\nup -Inf\nup 1e999\n");
        yield return ("odd labels", $"up{{a=\"{Escapes}\",b=\"\\\\\\\"}}{{\",c=\"\\u1\"}} 7\nup{{}} 7\nup{{,}} 7\nup{{=}} 7\n");
        yield return ("a label that does not end", "up{a=\"" + new string('x', 100_000) + "\n");
        yield return ("many braces", string.Concat(Enumerable.Repeat("up{", 20_000)) + "\n");
        yield return ("many quotes", "up{" + string.Concat(Enumerable.Repeat("a=\"\\\"", 20_000)) + "\n");
        yield return ("many lines", string.Concat(Enumerable.Repeat("up{a=\"b\"} 7\n", 50_000)));
        yield return ("a long line", "up " + new string('9', 500_000) + "\n");
        yield return ("lone halves", "up{a=\"\ud800\"} 7\n");
        for (var i = 0; i < 8; i++)
        {
            var text = new StringBuilder("up");
            for (var length = random.Next(5, 200); length > 0; length--)
            {
                text.Append("{}\"\\=,ab1 \n\t\x1b#NaN"[random.Next(17)]);
            }

            yield return (string.Create(CultureInfo.InvariantCulture, $"noise {i}"), text.ToString());
        }
    }

    private static byte[] Bomb()
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i < 64; i++)
            {
                zip.Write(zeros);
            }
        }

        return packed.ToArray();
    }
}
