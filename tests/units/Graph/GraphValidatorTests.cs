using OpsRestart.Core.Graph;
using static OpsRestart.Tests.Units.Fakes.FakeWorld;

namespace OpsRestart.Tests.Units.Graph;

public sealed class GraphValidatorTests
{
    [Fact]
    public void A_sound_graph_has_no_findings() => Assert.Empty(Validate(Node("db"), Node("web", "db")));

    [Fact]
    public void Each_cycle_is_told_as_a_path()
    {
        var findings = Validate(Node("a", "b"), Node("b", "c"), Node("c", "a"), Node("x", "y"), Node("y", "x"));
        Assert.Equal(
            ["No start order exists: a needs b needs c needs a.", "No start order exists: x needs y needs x."],
            findings.Where(f => f.Code == "Cycle").Select(f => f.Message)
        );
    }

    [Fact]
    public void A_consumer_that_a_producer_can_not_outlive_is_a_cycle_of_the_stop_order()
    {
        var graph = new ServiceGraph
        {
            Name = "g",
            Nodes = [Node("web"), Node("worker", "web")],
            Queues =
            [
                new GraphQueue
                {
                    Name = "q",
                    System = "celery",
                    Broker = "redis://",
                    FedBy = ["web"],
                    ConsumedBy = ["worker"],
                },
            ],
        };
        var finding = Assert.Single(GraphValidator.Validate(graph));
        Assert.Equal("No stop order exists: web stops after worker stops after web.", finding.Message);
    }

    [Fact]
    public void Everything_wrong_is_told_at_once()
    {
        var graph = new ServiceGraph
        {
            Name = "g",
            Path = "/etc/opsrestart/g.yml",
            Nodes =
            [
                Node("db") with
                {
                    Line = 3,
                },
                Node("web", "bd") with
                {
                    Line = 5,
                },
                Node("same") with
                {
                    Service = "db.service",
                    Line = 7,
                },
                Node("lonely") with
                {
                    Role = "worker",
                    Line = 9,
                },
            ],
            Queues =
            [
                new GraphQueue
                {
                    Name = "q",
                    System = "celery",
                    Broker = "redis://",
                    Line = 12,
                },
            ],
        };
        var findings = GraphValidator.Validate(graph);
        Assert.Equal(
            ["MissingNode@5", "DuplicateUnit@7", "WorkerWithoutDrain@9", "QueueWithoutConsumer@12"],
            findings.Select(f => $"{f.Code}@{f.Line}")
        );
        Assert.Equal("Did you mean 'db'?", findings[0].Advice);
        Assert.Equal("/etc/opsrestart/g.yml:5", findings[0].Location);
    }

    [Fact]
    public void An_empty_graph_is_an_error() => Assert.Equal("EmptyGraph", Assert.Single(Validate()).Code);

    [Fact]
    public void A_node_that_needs_itself_is_named_once() =>
        Assert.Equal("'a' needs itself.", Assert.Single(Validate(Node("a", "a"))).Message);

    [Fact]
    public void A_ring_of_twenty_thousand_is_one_cycle()
    {
        var ring = Enumerable.Range(0, 20_000).Select(static i => Node($"n{i}", $"n{(i + 1) % 20_000}")).ToArray();
        Assert.Single(Validate(ring), static f => f.Code == "Cycle");
    }

    [Fact]
    public void A_knot_of_thousands_is_told_by_its_first_cycles()
    {
        var names = Enumerable.Range(0, 5_000).Select(static i => $"n{i}").ToArray();
        var knot = names.Select(static n => Node(n, "hub")).Append(Node("hub", names)).ToArray();
        Assert.InRange(Validate(knot).Count(static f => f.Code == "Cycle"), 1, 50);
    }

    [Fact]
    public void Thousands_of_wrong_names_are_told_in_a_text_that_can_be_read()
    {
        var nodes = Enumerable.Range(0, 5_000).Select(static i => Node($"n{i}", $"wrong{i}")).ToArray();
        var findings = Validate(nodes);
        Assert.Equal(5_000, findings.Count(static f => f.Code == "MissingNode"));
        Assert.All(findings, static f => Assert.InRange(f.Advice!.Length, 1, 400));
    }

    [Fact]
    public void A_drain_between_two_that_need_each_other_the_other_way_round_is_a_cycle_for_any_number_of_workers()
    {
        var workers = Enumerable.Range(0, 3).Select(static i => $"worker{i}").ToList();
        var graph = new ServiceGraph
        {
            Name = "g",
            Nodes = [Node("web"), .. workers.Select(static w => Node(w, "web"))],
            Queues =
            [
                new GraphQueue
                {
                    Name = "q",
                    System = "celery",
                    Broker = "redis://",
                    FedBy = ["web"],
                    ConsumedBy = workers,
                },
            ],
        };
        Assert.Contains(
            GraphValidator.Validate(graph),
            static f => f.Message == "No stop order exists: web stops after worker0 stops after web."
        );
    }

    private static IReadOnlyList<GraphFinding> Validate(params ServiceNode[] nodes) =>
        GraphValidator.Validate(new ServiceGraph { Name = "g", Nodes = nodes });
}
