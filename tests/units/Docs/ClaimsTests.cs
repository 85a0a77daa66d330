using System.Text.Json;
using System.Text.RegularExpressions;
using OpsRestart.Adapters.Composition;
using OpsRestart.Adapters.GraphFiles;
using OpsRestart.Adapters.Probes;
using OpsRestart.Tests.Units.Architecture;
using OpsRestart.Tests.Units.GraphFiles;
using OpsRestart.Tests.Units.Probes;

namespace OpsRestart.Tests.Units.Docs;

/// <summary>
/// Pages, the keys of graph files and the code name the same things. That the schema has the keys of graph files is GraphSchemaTests'
/// business.
/// </summary>
public sealed class ClaimsTests
{
    /// <summary>Settings that the page describes once for several kinds.</summary>
    private static readonly string[] Common =
    [
        "maxLatency",
        "skipCertificateCheck",
        "caFile",
        "serverName",
        "min",
        "max",
        "warnMin",
        "warnMax",
        "warn",
        "crit",
        "critLatency",
    ];

    private static readonly string[] WithoutFront = ["OpsRestart.Core", "OpsRestart.Adapters"];

    private static readonly Dictionary<string, string> Targets = new()
    {
        ["celery"] = "redis://localhost",
        ["rq"] = "redis://localhost",
        ["metric"] = "http://localhost/metrics",
        ["http"] = "http://localhost/",
        ["disk"] = "/",
        ["exec"] = "/bin/true",
        ["log"] = "ready",
        ["sql"] = "select 1",
        ["tcp"] = "localhost:1",
        ["memory"] = "x",
        ["replication"] = "postgres://localhost/",
        ["roundtrip"] = "http://localhost/",
        ["updates"] = "apt",
    };

    private static readonly Dictionary<string, string> Brokers = new()
    {
        ["celery"] = "redis://localhost",
        ["rq"] = "redis://localhost",
        ["rabbitmq"] = "amqp://localhost",
    };

    private static readonly ProbeFactory Factory = Check.Factory;
    internal static readonly ProbeNames Names = Reading.Probes;
    private static readonly string ProbesPage = Page("docs/probes.md");
    private static readonly string GraphsPage = Page("docs/en-US/about_ServiceGraphs.md");

    public static TheoryData<string> Kinds => [.. Names.Kinds];

    [Fact]
    public void The_table_of_probes_the_schema_and_the_pages_have_the_same_kinds_and_schemes()
    {
        var schema = JsonDocument.Parse(Page("docs/schema/opsrestart-graph.schema.json")).RootElement.GetProperty("$defs");
        var inSchema = schema.GetProperty("probeMap").GetProperty("anyOf").EnumerateArray();
        var uri = Regex.Match(schema.GetProperty("probeUri").GetProperty("pattern").GetString()!, @"\(([^?].*?)\)").Groups[1].Value;
        var help = Regex.Match(Page("docs/en-US/New-ServiceNode.md"), @"The kinds are (.*?);").Groups[1].Value;
        var model = Regex
            .Match(Page("src/OpsRestart/Probes/ProbeDefinition.cs"), @"/// (redis, .*?);", RegexOptions.Singleline)
            .Groups[1]
            .Value;
        string[][] claims =
        [
            [.. inSchema.Select(static k => k.GetProperty("required")[0].GetString()!)],
            [.. Rows(ProbesPage, "kind").Select(static r => r.Keys[0])],
            help.Split([", ", " and "], StringSplitOptions.None),
            Regex.Split(model, @",\s+(?:/// )?"),
        ];

        Assert.All(claims, static kinds => Assert.Equal(Names.Kinds.Order(), kinds.Order()));
        Assert.Equal(Names.Schemes.Keys.Order(), uri.Replace(@"\+", "+", StringComparison.Ordinal).Split('|').Order());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_setting_of_a_probe_is_described_and_every_described_one_is_there(string kind)
    {
        var row = Rows(ProbesPage, "kind").Single(r => r.Keys[0] == kind);
        var described = Words(row.Cells[2]).ToList();
        if (row.Cells[2].Contains("those of `http`", StringComparison.Ordinal))
        {
            described.Remove("http");
            described.AddRange(Words(Rows(ProbesPage, "kind").Single(static r => r.Keys[0] == "http").Cells[2]));
        }

        var known = KnownSettings(kind).ToList();

        Assert.Equal([], described.Except(known));
        Assert.Equal([], known.Except(described).Except(Common).Except(["password", "user"]));
    }

    [Fact]
    public void The_page_of_graphs_has_the_keys_of_the_reader()
    {
        Assert.Equal(GraphKeys.Service.All.Except([GraphKeys.Service.Program]).Order(), Keys("### Services"));
        Assert.Equal(GraphKeys.QueueSystems.Concat(GraphKeys.Queue.All).Order(), Keys("### Queues"));
        Assert.Equal(GraphKeys.Hook.All.Order(), Keys("### Hooks"));
        Assert.All(GraphKeys.Root.All, static key => Assert.Matches($"(?m)(^{key}:|`{key}`)", GraphsPage));
        Assert.All(
            GraphKeys.Service.Defaults.Concat(GraphKeys.Probe.All),
            static key => Assert.Contains($"`{key}`", GraphsPage, StringComparison.Ordinal)
        );
        Assert.All(
            GraphKeys.QueueSystems.SelectMany(QueueSettings),
            static key => Assert.Contains($"`{key}`", GraphsPage, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_engine_and_its_adapters_name_no_cmdlet_and_no_command_of_a_front()
    {
        var cmdlets = Regex.Matches(Page("OpsRestart.psd1"), "'(\\w+-\\w+)'").Select(static m => m.Groups[1].Value).ToList();
        var named = WithoutFront
            .SelectMany(Repository.Sources)
            .SelectMany(static file =>
                File.ReadLines(file)
                    .Where(static l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal))
                    .Select(line => $"{Path.GetFileName(file)}: {line.Trim()}")
            )
            .Where(line => cmdlets.Exists(c => line.Contains(c, StringComparison.Ordinal)) || Regex.IsMatch(line, "'opsrestart [a-z]"));

        Assert.True(cmdlets.Count > 30);
        Assert.Equal([], named);
    }

    /// <summary>These probes take their queue system's settings too.</summary>
    internal static IEnumerable<string> KnownSettings(string kind) =>
        kind is "backlog" or "consuming"
            ? Brokers.SelectMany(b => Known(Factory.Validate(Probe(kind, b.Value, ("system", b.Key))))).Distinct()
            : Known(Factory.Validate(Probe(kind, Targets.GetValueOrDefault(kind, $"{kind}://localhost"))));

    internal static IEnumerable<string> QueueSettings(string system)
    {
        var probe = Probe(system, Brokers[system]);
        var queue = new GraphQueue
        {
            Name = "q",
            System = system,
            Broker = probe.Target,
            Settings = probe.Settings,
        };
        return Known(Parts.Queues(TimeProvider.System).Validate(queue));
    }

    private static ProbeDefinition Probe(string kind, string target, params (string Key, object? Value)[] settings) =>
        Check.Define(kind, target, [.. settings, ("qqqqqqqqqqqqqqqqqqqqqqqq", "x")]);

    /// <summary>A setting that none has brings the list of those that there are.</summary>
    private static string[] Known(IEnumerable<GraphFinding> findings) =>
        Regex.Match(findings.Single(static f => f.Code == "UnknownKey").Advice!, "Known: (.*)\\.$").Groups[1].Value.Split(", ");

    private static IEnumerable<string> Keys(string heading)
    {
        var section = GraphsPage[GraphsPage.IndexOf(heading, StringComparison.Ordinal)..];
        return Rows(section[..section.IndexOf("\n### ", 4, StringComparison.Ordinal)], "key").SelectMany(static r => r.Keys).Order();
    }

    /// <summary>The rows of the first table whose heading begins with a word; names before a row's second cell are its keys.</summary>
    private static IEnumerable<(string[] Keys, string[] Cells)> Rows(string page, string heading)
    {
        var lines = page.Split('\n')
            .SkipWhile(l => !l.StartsWith($"| {heading} |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(static l => l.StartsWith('|'));
        return lines
            .Select(static l => l.Trim('|').Split('|'))
            .Select(static c => (c[0].Split(',', StringSplitOptions.TrimEntries).Select(static k => k.Trim('`', ' ')).ToArray(), c));
    }

    // In brackets stand defaults and values.
    private static IEnumerable<string> Words(string cell) =>
        Regex.Matches(Regex.Replace(cell, "\\([^)]*\\)", ""), "`(\\w+)`").Select(static m => m.Groups[1].Value).Distinct();

    private static string Page(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));
}
