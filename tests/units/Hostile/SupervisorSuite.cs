using System.Text;
using OpsRestart.Adapters.Supervisor;
using OpsRestart.Core.Services;
using OpsRestart.Tests.Units.Probes;

namespace OpsRestart.Tests.Units.Hostile;

/// <summary>Something else, or something broken, answers where supervisord should.</summary>
internal sealed class SupervisorSuite : IHostileSuite
{
    private const string Good = """
        <?xml version="1.0"?><methodResponse><params><param><value><array><data><value><array><data><value><struct><member><name>name</name><value><string>web</string></value></member><member><name>group</name><value><string>web</string></value></member><member><name>state</name><value><int>20</int></value></member><member><name>start</name><value><int>1700000000</int></value></member><member><name>pid</name><value><int>4711</int></value></member><member><name>spawnerr</name><value><string></string></value></member></struct></value></data></array></value></data></array></value></param></params></methodResponse>
        """;

    public IReadOnlyList<HostileInput> Inputs(Random random) =>
        [.. Answers(random).Select((a, i) => new HostileInput($"{i} {a.Name}", (a.Body, a.Then)))];

    public async Task<string> TryAsync(HostileInput input, CancellationToken cancellationToken)
    {
        var (body, then) = ((string, Func<Stream, CancellationToken, Task>))input.Data!;
        var bytes = Encoding.UTF8.GetBytes(body);
        var head = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {Math.Max(bytes.Length, 4)}\r\n\r\n"
        );
        await using var server = new FakeServer(PeerScripts.After([.. head, .. bytes], then));
        await using var manager = await SupervisorManager.ConnectAsync(
            $"http://u:p@{server.Address}",
            TimeProvider.System,
            cancellationToken
        );
        var services = await manager.GetServicesAsync(new ServiceQuery(), cancellationToken);
        return string.Join('\n', services.Select(static s => ShownText.Line($"{s.Name} {s.State} {s.Result} {s.Since:O}")));
    }

    private static IEnumerable<(string Name, string Body, Func<Stream, CancellationToken, Task> Then)> Answers(Random random)
    {
        (string, string, Func<Stream, CancellationToken, Task>) Closed(string name, string body) => (name, body, PeerScripts.CloseAsync);
        yield return ("silence", "", PeerScripts.SilentAsync);
        yield return ("a drip without end", Good[..50], PeerScripts.DripAsync);
        yield return Closed("nothing", "");
        yield return Closed("a page", "<html><body>nginx</body></html>");
        yield return Closed("JSON", """{"result": []}""");
        yield return Closed(
            "a document type",
            "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/hostname\">]><methodResponse>&b;</methodResponse>"
        );
        yield return Closed(
            "entities in entities",
            $"<!DOCTYPE a [<!ENTITY b \"{new string('x', 1000)}\"><!ENTITY c \"&b;&b;&b;\">]><a>&c;</a>"
        );
        yield return Closed("deep", string.Concat(Enumerable.Repeat("<value><array><data>", 20_000)));
        yield return Closed(
            "deep and whole",
            "<methodResponse><params><param>"
                + string.Concat(Enumerable.Repeat("<value><array><data>", 20_000))
                + string.Concat(Enumerable.Repeat("</data></array></value>", 20_000))
                + "</param></params></methodResponse>"
        );
        yield return Closed("no value", "<methodResponse><params/></methodResponse>");
        yield return Closed("a fault without a code", "<methodResponse><fault><value><string>no</string></value></fault></methodResponse>");
        yield return Closed("half", Good[..(Good.Length / 2)]);
        foreach (var (from, to) in Swaps())
        {
            yield return Closed($"'{from}' as '{to[..Math.Min(20, to.Length)]}'", Good.Replace(from, to, StringComparison.Ordinal));
        }

        for (var i = 0; i < 40; i++)
        {
            var cut = random.Next(Good.Length);
            yield return Closed($"a hole at {cut}", Good.Remove(cut, Math.Min(random.Next(1, 30), Good.Length - cut)));
        }
    }

    private static IEnumerable<(string, string)> Swaps() =>
        [
            ("<int>20</int>", "<int>99999999999999999999</int>"),
            ("<int>20</int>", "<int>-7</int>"),
            ("<int>20</int>", "<string>RUNNING</string>"),
            ("<int>20</int>", "<double>1e400</double>"),
            ("<int>20</int>", "<nil/>"),
            ("<int>1700000000</int>", "<int>2147483647</int>"),
            ("<int>1700000000</int>", "<int>-2147483648</int>"),
            ("<int>4711</int>", "<int>-1</int>"),
            ("<string>web</string>", "<string>&#27;]0;owned&#7;</string>"),
            ("<string>web</string>", "<string>\u009b31m\u202e</string>"),
            ("<string>web</string>", "<string></string>"),
            ("<string>web</string>", $"<string>{new string('w', 100_000)}</string>"),
            ("<string></string>", "<string>password=s3cret\n\n\u001b[2J</string>"),
            ("<name>name</name>", "<name>group</name>"),
            ("<name>name</name>", ""),
            ("<member>", "<member><member>"),
            ("struct", "array"),
        ];
}
