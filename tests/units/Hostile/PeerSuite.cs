using System.Globalization;
using OpsRestart.Tests.Units.Probes;

namespace OpsRestart.Tests.Units.Hostile;

/// <summary>For each protocol that a probe speaks: silence, noise, floods, drips and answers of another protocol.</summary>
internal sealed class PeerSuite : IHostileSuite
{
    private static readonly (string Kind, string Target, (string, object?)[] Settings)[] Probes =
    [
        ("redis", "redis://:pw@{0}/3", [("role", "primary")]),
        ("keys", "redis://:pw@{0}/3", [("match", "a*"), ("crit", "1:")]),
        ("persistence", "redis://:pw@{0}/3", [("maxAge", "1h")]),
        ("postgres", "postgres://ops:pw@{0}/x?sslmode=prefer", [("query", "select 1")]),
        ("postgres", "postgres://ops:pw@{0}/y?sslmode=disable", []),
        ("sql", "select 1", [("postgres", "postgres://ops:pw@{0}/x?sslmode=disable"), ("max", 1)]),
        ("amqp", "amqp://ops:pw@{0}/v", [("queues", "a")]),
        ("mqtt", "mqtt://ops:pw@{0}", [("topic", "a/b"), ("pattern", "(x+x+)+y")]),
        ("mqtt", "mqtt://ops:pw@{0}/", [("topic", "a/b"), ("publish", true)]),
        ("memcached", "memcached://{0}", []),
        ("tcp", "{0}", [("pattern", "(9+9+)+y"), ("send", "hello")]),
        ("tcp", "tcp://{0}", [("tls", true)]),
        ("ws", "ws://{0}/x", [("pattern", "x")]),
        ("http", "https://{0}/", []),
    ];

    public IReadOnlyList<HostileInput> Inputs(Random random)
    {
        var inputs = new List<HostileInput>();
        foreach (var (kind, target, settings) in Probes)
        {
            foreach (var (name, bytes, then) in Answers(random))
            {
                inputs.Add(new HostileInput($"{kind} {target} {name}", (kind, target, settings, bytes, then)));
            }
        }

        return inputs;
    }

    public async Task<string> TryAsync(HostileInput input, CancellationToken cancellationToken)
    {
        var (kind, target, settings, bytes, then) = ((
            string,
            string,
            (string Key, object? Value)[],
            byte[],
            Func<Stream, CancellationToken, Task>
        ))
            input.Data!;
        await using var server = new FakeServer(PeerScripts.After(bytes, then));
        object? At(object? text) => text is string s ? s.Replace("{0}", server.Address, StringComparison.Ordinal) : text;
        var definition = Check.Define(kind, (string)At(target)!, [.. settings.Select(s => (s.Key, At(s.Value)))]) with
        {
            Timeout = TimeSpan.FromMilliseconds(500),
        };
        var result = await Check.RunAsync(definition, null, cancellationToken);
        return $"{result.Status} {result.Reason} {result.Target} {result.Detail}";
    }

    private static IEnumerable<(string Name, byte[] Bytes, Func<Stream, CancellationToken, Task> Then)> Answers(Random random)
    {
        byte[] B(string latin1) => PeerScripts.Bytes(latin1);
        yield return ("silence", [], PeerScripts.SilentAsync);
        yield return ("closes", [], PeerScripts.CloseAsync);
        yield return ("drips", [], PeerScripts.DripAsync);
        yield return ("floods", [], PeerScripts.FloodAsync);
        (string Name, string Text)[] openings =
        [
            ("HTTP", "HTTP/1.1 400 Bad\r\n\r\n"),
            ("SSH", "SSH-2.0-x\r\n"),
            ("MySQL", "J\0\0\0\n8.0.33\0"),
            ("LF", "\n"),
            ("CRLF", "\r\n\r\n\r\n"),
            ("RESP ok", "+OK\r\n+OK\r\n"),
            ("RESP odd error", "-\x1b[31m\r\n-\r\n"),
            ("RESP array of arrays", string.Concat(Enumerable.Repeat("*1\r\n", 2000))),
            ("RESP huge array", "*2147483647\r\n:1\r\n"),
            ("RESP huge bulk", "$536870912\r\nabc"),
            ("RESP beyond", "$99999999999999999999\r\n"),
            ("RESP negative", "*-5\r\n$-9\r\n:\r\n"),
            ("RESP long string", "$3\r\nabcdef\r\n"),
            ("RESP null", "$-1\r\n*-1\r\n"),
            ("RESP 3", "%1\r\n+a\r\n_\r\n#t\r\n"),
            ("RESP pong then info", "+OK\r\n+OK\r\n+PONG\r\n$30\r\nrole:\x1b[2Jslave\r\nmaster_host:\0\r\n\r\n"),
            ("PG auth ok", "R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I"),
            ("PG huge", "R\x7f\xff\xff\xff"),
            ("PG negative", "R\xff\xff\xff\xff"),
            ("PG length 0", "R\0\0\0\0"),
            ("PG unknown auth", "R\0\0\0\x08\0\0\0\x63"),
            ("PG sasl none", "R\0\0\0\x09\0\0\0\x0a\0"),
            ("PG error", "E\0\0\0\x16SFATAL\0C57P03\0Mx\x1b\0\0"),
            ("PG error without code", "E\0\0\0\x06Mx"),
            ("PG ssl yes", "S"),
            ("PG ssl no then silence", "N"),
            ("PG notices", string.Concat(Enumerable.Repeat("N\0\0\0\x0cSINFO\0\0\0", 500))),
            ("AMQP version", "AMQP\0\0\x09\x01"),
            ("AMQP huge frame", "\x01\0\0\x7f\xff\xff\xff"),
            ("AMQP odd type", "\x09\0\0\0\0\0\x04abcd\xce"),
            ("AMQP no end", "\x01\0\0\0\0\0\x04\0\x0a\0\x0a\0"),
            ("AMQP start cut", "\x01\0\0\0\0\0\x0c\0\x0a\0\x0a\0\x09\xff\xff\xff\xff\0\0\xce"),
            ("AMQP heartbeat", "\x08\0\0\0\0\0\0\xce"),
            ("AMQP tune first", "\x01\0\0\0\0\0\x0c\0\x0a\0\x1e\0\0\0\0\0\0\0\0\xce"),
            ("MQTT ok", "\x20\x02\0\0"),
            ("MQTT refused 99", "\x20\x02\0\x63"),
            ("MQTT length", "\x20\xff\xff\xff\xff\x7f"),
            ("MQTT empty answer", "\x20\0"),
            ("MQTT publish short", "\x20\x02\0\0\x90\x03\0\x01\0\x30\x01\0"),
            ("MQTT publish odd topic", "\x20\x02\0\0\x90\x03\0\x01\0\x30\x03\xff\xff\x61"),
            ("MQTT slow pattern", "\x20\x02\0\0\x90\x03\0\x01\0\x30\x24\0\x03\x61/b" + new string('x', 31)),
            ("memcached", "VERSION \x1b[31m" + new string('v', 500) + "\r\n"),
            ("memcached long", "VERSION " + new string('v', 5000)),
            (
                "WS accept wrong",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n"
            ),
            ("TLS alert", "\x15\x03\x01\0\x02\x02\x28"),
            ("TLS garbage", "\x16\x03\x03\x40\0abc"),
            ("zeros", new string('\0', 300)),
            ("nines", new string('9', 40)),
        ];
        foreach (var (name, text) in openings)
        {
            yield return ($"{name}, closed", B(text), PeerScripts.CloseAsync);
            if (random.Next(3) == 0)
            {
                yield return ($"{name}, silent", B(text), PeerScripts.SilentAsync);
            }
        }

        for (var i = 0; i < 6; i++)
        {
            yield return (string.Create(CultureInfo.InvariantCulture, $"noise {i}"), PeerScripts.Noise(random), PeerScripts.CloseAsync);
        }
    }
}
