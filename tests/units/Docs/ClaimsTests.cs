using System.Text.RegularExpressions;
using OpsRestart.Adapters.Composition;
using OpsRestart.Adapters.GraphFiles;
using OpsRestart.Adapters.Probes;
using OpsRestart.Adapters.Queues.Celery;
using OpsRestart.Adapters.Queues.RabbitMq;
using OpsRestart.Adapters.Queues.Rq;
using OpsRestart.Tests.Units.Architecture;

namespace OpsRestart.Tests.Units.Docs;

/// <summary>Pages, the keys of graph files and the code name the same things. That the schema has the keys of graph files is GraphSchemaTests' business.</summary>
public sealed class ClaimsTests
{
    /// <summary>Settings that the page describes once for several kinds.</summary>
    private static readonly string[] Common = ["maxLatency", "insecure", "caFile", "serverName", "min", "max", "warnMin", "warnMax"];

    private static readonly string[] WithoutFront = ["OpsRestart.Core", "OpsRestart.Adapters"];

    private static readonly Dictionary<string, string> Targets = new()
    {
        ["celery"] = "redis://localhost",
        ["rq"] = "redis://localhost",
        ["backlog"] = "redis://localhost",
        ["metric"] = "http://localhost/metrics",
        ["http"] = "http://localhost/",
        ["disk"] = "/",
        ["exec"] = "/bin/true",
        ["log"] = "ready",
        ["sql"] = "select 1",
        ["tcp"] = "localhost:1",
        ["memory"] = "x",
    };

    private static readonly ProbeFactory Factory = (ProbeFactory)Parts.Probes(new ServiceHost(Parts.Managers(TimeProvider.System)), Parts.Queues(TimeProvider.System), TimeProvider.System);
    private static readonly string ProbesPage = Page("docs/probes.md");
    private static readonly string GraphsPage = Page("docs/en-US/about_ServiceGraphs.md");

    public static TheoryData<string> Kinds => [.. GraphKeys.ProbeKinds];

    [Fact]
    public void Every_kind_of_probe_that_graphs_can_name_is_there_and_described()
    {
        Assert.Equal(Factory.Kinds.Order(), GraphKeys.ProbeKinds.Order());
        Assert.Equal(GraphKeys.ProbeKinds.Order(), Rows(ProbesPage, "kind").Select(static r => r.Keys[0]).Order());
        Assert.All(GraphKeys.ProbeSchemes.Keys, static scheme => Assert.DoesNotContain(Factory.Validate(new ProbeDefinition { Kind = scheme, Target = "x" }), static f => f.Code == "UnknownProbe"));
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

        var known = KnownSettings(kind);

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
        Assert.All(GraphKeys.Service.Defaults.Concat(GraphKeys.Probe.All), static key => Assert.Contains($"`{key}`", GraphsPage, StringComparison.Ordinal));
        Assert.All(CelerySettings.Keys.Concat(RqSettings.Keys).Concat(RabbitMqSettings.Keys), static key => Assert.Contains($"`{key}`", GraphsPage, StringComparison.Ordinal));
    }

    [Fact]
    public void A_program_of_supervisord_is_refused_as_the_page_says()
    {
        var graph = new ServiceGraph { Name = "g", Nodes = [new ServiceNode { Name = "a", Service = "a", Manager = ServiceManagerKind.Supervisor, Line = 3 }] };

        var finding = Assert.Single(new OpsSession().Validate(graph));

        Assert.Equal(("UnsupportedManager", 3, FindingSeverity.Error), (finding.Code, finding.Line, finding.Severity));
    }

    [Fact]
    public void The_engine_and_its_adapters_name_no_cmdlet_and_no_command_of_a_front()
    {
        var cmdlets = Regex.Matches(Page("OpsRestart.psd1"), "'(\\w+-\\w+)'").Select(static m => m.Groups[1].Value).ToList();
        var named = WithoutFront.SelectMany(Repository.Sources)
            .SelectMany(static file => File.ReadLines(file).Where(static l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal)).Select(line => $"{Path.GetFileName(file)}: {line.Trim()}"))
            .Where(line => cmdlets.Exists(c => line.Contains(c, StringComparison.Ordinal)) || Regex.IsMatch(line, "'opsrestart [a-z]"));

        Assert.True(cmdlets.Count > 30);
        Assert.Equal([], named);
    }

    /// <summary>A setting that none has brings the list of those that there are.</summary>
    private static List<string> KnownSettings(string kind)
    {
        var definition = new ProbeDefinition
        {
            Kind = kind,
            Target = Targets.GetValueOrDefault(kind, $"{kind}://localhost"),
            Settings = new Dictionary<string, object?> { ["qqqqqqqqqqqqqqqqqqqqqqqq"] = "x" },
        };
        var finding = Factory.Validate(definition).Single(static f => f.Code == "UnknownKey");
        return [.. Regex.Match(finding.Advice!, "It knows: (.*)\\.$").Groups[1].Value.Split(", ")];
    }

    private static IEnumerable<string> Keys(string heading)
    {
        var section = GraphsPage[GraphsPage.IndexOf(heading, StringComparison.Ordinal)..];
        return Rows(section[..section.IndexOf("\n### ", 4, StringComparison.Ordinal)], "key").SelectMany(static r => r.Keys).Order();
    }

    /// <summary>The rows of the first table whose heading begins with a word; names before a row's second cell are its keys.</summary>
    private static IEnumerable<(string[] Keys, string[] Cells)> Rows(string page, string heading)
    {
        var lines = page.Split('\n').SkipWhile(l => !l.StartsWith($"| {heading} |", StringComparison.Ordinal)).Skip(2).TakeWhile(static l => l.StartsWith('|'));
        return lines.Select(static l => l.Trim('|').Split('|')).Select(static c => (c[0].Split(',', StringSplitOptions.TrimEntries).Select(static k => k.Trim('`', ' ')).ToArray(), c));
    }

    // In brackets stand defaults and values.
    private static IEnumerable<string> Words(string cell) => Regex.Matches(Regex.Replace(cell, "\\([^)]*\\)", ""), "`(\\w+)`").Select(static m => m.Groups[1].Value).Distinct();

    private static string Page(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));
}
