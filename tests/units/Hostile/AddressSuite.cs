using System.Text.Json;
using OpsRestart.Adapters.Composition;
using OpsRestart.Core.Planning;
using OpsRestart.Tests.Units.Probes;

namespace OpsRestart.Tests.Units.Hostile;

/// <summary>
/// A password of every odd character, in every place of every kind of address, through all that shows addresses: findings, plans, results,
/// errors, exported graphs. Each secret begins and ends with a mark, so that a part of it is found as well.
/// </summary>
internal sealed class AddressSuite : IHostileSuite
{
    private const string Begin = "zqbeg";
    private const string End = "zqend";

    private static readonly (string Name, string Text)[] Odd =
    [
        ("nothing odd", "x"),
        ("a quote", "\""),
        ("a single quote", "'"),
        ("an @", "@"),
        ("two @", "@@"),
        ("a colon", ":"),
        ("a slash", "/"),
        ("two slashes", "//"),
        ("a question mark", "?"),
        ("a hash", "#"),
        ("brackets", "[]"),
        ("a percent sign", "%"),
        ("percent-encoded", "%40%2F%22"),
        ("a wrong percent code", "%zz"),
        ("an ampersand", "&"),
        ("plus", "+"),
        ("equals", "="),
        ("a blank", " "),
        ("a backslash", "\\"),
        ("a semicolon", ";"),
        ("a comma", ","),
        ("a newline", "\n"),
        ("a tab", "\t"),
        ("unicode", "äß漢😀"),
        ("a brace", "{"),
        ("a dollar", "$"),
        ("a reference's beginning", "${"),
        ("a reference", "${x:y}"),
        ("backtick", "`"),
        ("an angle", "<>"),
        ("a star", "*"),
        ("an address", "://"),
        ("a list", ";redis://x"),
        ("a parameter", "&db=1"),
        ("a query", "?a=b"),
        ("a host", "@host:1"),
        ("a private character", "\ue000\ue001"),
        ("an escape", "\u001b[31m"),
        ("a null", "\0"),
    ];

    private static readonly (string Kind, string Target)[] Targets =
    [
        ("redis", "redis://:{0}@127.0.0.1:1/0"),
        ("redis", "redis://ops:{0}@127.0.0.1:1"),
        ("redis", "rediss://:{0}@127.0.0.1:1/0?ssl_cert_reqs=none"),
        ("redis", "redis://127.0.0.1:1/0?username=u&password={0}"),
        ("redis", "redis://127.0.0.1:1/0?password={0}&db=2"),
        ("redis", "unix://:{0}@/no/such.sock?db=1"),
        ("redis", "unix:///no/such.sock?password={0}"),
        ("redis", "redis+socket://:{0}@/no/such.sock"),
        ("redis", "sentinel://:{0}@127.0.0.1:1/0?master_name=m"),
        ("redis", "sentinel://127.0.0.1:1,127.0.0.1:2/0?master_name=m&sentinel_password={0}"),
        ("redis", "sentinel://:{0}@127.0.0.1:1;sentinel://127.0.0.1:2/0?master_name=m"),
        ("redis", "redis://:{0}@127.0.0.1:none/0"),
        ("redis", "redis://:{0}@127.0.0.1:1/none"),
        ("celery", "amqp://ops:{0}@127.0.0.1:1/v"),
        ("celery", "pyamqp://ops:{0}@127.0.0.1:1//;pyamqp://ops:{0}@127.0.0.1:2//"),
        ("celery", "redis://:{0}@127.0.0.1:1/0"),
        ("rq", "redis://:{0}@127.0.0.1:1/0"),
        ("backlog", "redis://:{0}@127.0.0.1:1/0"),
        ("consuming", "redis://:{0}@127.0.0.1:1/0"),
        ("amqp", "amqp://ops:{0}@127.0.0.1:1/v"),
        ("amqp", "amqps://ops:{0}@127.0.0.1:1/v"),
        ("postgres", "postgres://ops:{0}@127.0.0.1:1/db"),
        ("postgres", "postgresql://ops@127.0.0.1:1/db?password={0}"),
        ("postgres", "postgres://ops@127.0.0.1:1/db?sslpassword={0}&sslmode=disable"),
        ("postgres", "host=127.0.0.1 port=1 user=ops password={0}"),
        ("postgres", "host=127.0.0.1 password='{0}' port=1 dbname=x"),
        ("postgres", "Host=127.0.0.1;Port=1;Username=ops;Password={0}"),
        ("postgres", "postgres://ops:{0}@127.0.0.1:none/db"),
        ("mqtt", "mqtt://ops:{0}@127.0.0.1:1"),
        ("mqtt", "mqtts://ops:{0}@127.0.0.1:1"),
        ("memcached", "memcached://ops:{0}@127.0.0.1:1"),
        ("http", "http://ops:{0}@127.0.0.1:1/health"),
        ("http", "https://ops:{0}@127.0.0.1:1/"),
        ("http", "http://127.0.0.1:1/health?token={0}"),
        ("http", "http://127.0.0.1:1/health?a=b&api_key={0}&c=d"),
        ("ws", "ws://ops:{0}@127.0.0.1:1/x"),
        ("tcp", "tcp://ops:{0}@127.0.0.1:1"),
        ("nonsense", "nonsense://ops:{0}@127.0.0.1:1"),
    ];

    public IReadOnlyList<HostileInput> Inputs(Random random) =>
        [
            .. from target in Targets
            from odd in Odd
            let secret = Begin + odd.Text + End
            select new HostileInput(
                $"{target.Kind} {target.Target} with {odd.Name}",
                (target.Kind, target.Target.Replace("{0}", secret, StringComparison.Ordinal))
            )
            {
                Secrets = [Begin, End],
            },
        ];

    public async Task<string> TryAsync(HostileInput input, CancellationToken cancellationToken)
    {
        var (kind, target) = ((string, string))input.Data!;
        var probe = Check.Define(kind, target) with { Timeout = TimeSpan.FromMilliseconds(400) };
        var shown = new List<string> { probe.ToString(), SecretText.RedactTarget(kind, target) };
        shown.AddRange(await ResultAsync(probe, cancellationToken));
        shown.AddRange(await GraphAsync(Graph(probe)));

        // Once more, as the fronts do with all that they print.
        return string.Join('\n', shown.Concat(shown.Select(SecretText.Redact)));
    }

    private static async Task<IReadOnlyList<string>> ResultAsync(ProbeDefinition probe, CancellationToken cancellationToken)
    {
        var found = Check.Factory.Validate(probe).Select(Text).ToList();
        if (probe.Kind is not ("celery" or "rq" or "backlog" or "consuming" or "nonsense"))
        {
            try
            {
                var result = await Check.RunAsync(probe, null, cancellationToken);
                found.Add(JsonSerializer.Serialize(result, Relaxed));
            }
            catch (OpsRestartException e)
            {
                found.Add($"{e.Message} {e.Target} {e.Advice}");
            }
        }

        return found;
    }

    // JSON itself escapes control characters, and so shows none.
    private static async Task<IReadOnlyList<string>> GraphAsync(ServiceGraph graph)
    {
        await using var session = new OpsSession();
        var findings = session.Validate(graph);
        List<string> found =
        [
            .. findings.Select(Text),
            .. graph.Queues.Select(static q => q.ToString()),
            JsonSerializer.Serialize(findings, Relaxed),
        ];
        found.AddRange(Enum.GetValues<GraphFormat>().Select(f => GraphFiles.Reading.Write(graph, f)));
        try
        {
            found.AddRange(
                session
                    .Plan(graph, GraphOperation.Restart, new PlanOptions())
                    .Steps.Select(static s => $"{s.Id} {s.Target} {s.Description}")
            );
        }
        catch (OpsRestartException e)
        {
            found.Add($"{e.Message} {e.Target} {e.Advice}");
        }

        return found;
    }

    private static ServiceGraph Graph(ProbeDefinition probe) =>
        new()
        {
            Name = "shop",
            Nodes =
            [
                new ServiceNode
                {
                    Name = "web",
                    Service = "web.service",
                    Ready = [probe],
                },
            ],
            Queues =
            [
                new GraphQueue
                {
                    Name = "jobs",
                    System = "celery",
                    Broker = probe.Target,
                    ConsumedBy = ["web"],
                },
            ],
            Validate =
            [
                probe with
                {
                    Settings = new Dictionary<string, object?>
                    {
                        ["password"] = Begin + "x y\"" + End,
                        ["headers"] = new Dictionary<string, object?> { ["X-Api-Key"] = Begin },
                    },
                },
            ],
        };

    private static readonly JsonSerializerOptions Relaxed = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static string Text(GraphFinding finding) => $"{finding.Message} {finding.Target} {finding.Advice}";
}
