using OpsRestart.Core.Graph;
using static OpsRestart.Tests.Units.Fakes.FakeWorld;

namespace OpsRestart.Tests.Units.Graph;

public sealed class GraphValidatorTests
{
    [Fact]
    public void A_sound_graph_has_no_findings()
        => Assert.Empty(Validate(Node("db"), Node("web", "db")));

    [Fact]
    public void Each_cycle_is_told_as_a_path()
    {
        var findings = Validate(Node("a", "b"), Node("b", "c"), Node("c", "a"), Node("x", "y"), Node("y", "x"));
        Assert.Equal(["No start order exists: a needs b needs c needs a.", "No start order exists: x needs y needs x."], findings.Where(f => f.Code == "Cycle").Select(f => f.Message));
    }

    [Fact]
    public void A_consumer_that_a_producer_can_not_outlive_is_a_cycle_of_the_stop_order()
    {
        var graph = new ServiceGraph
        {
            Name = "g",
            Nodes = [Node("web"), Node("worker", "web")],
            Queues = [new GraphQueue { Name = "q", System = "celery", Broker = "redis://", FedBy = ["web"], ConsumedBy = ["worker"] }],
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
                Node("db") with { Line = 3 },
                Node("web", "bd") with { Line = 5 },
                Node("same") with { Service = "db.service", Line = 7 },
                Node("lonely") with { Role = "worker", Line = 9 },
            ],
            Queues = [new GraphQueue { Name = "q", System = "celery", Broker = "redis://", Line = 12 }],
        };
        var findings = GraphValidator.Validate(graph);
        Assert.Equal(["MissingNode@5", "DuplicateUnit@7", "WorkerWithoutDrain@9", "QueueWithoutConsumer@12"], findings.Select(f => $"{f.Code}@{f.Line}"));
        Assert.Equal("Did you mean 'db'?", findings[0].Advice);
        Assert.Equal("/etc/opsrestart/g.yml:5", findings[0].Location);
    }

    [Fact]
    public void An_empty_graph_is_an_error() => Assert.Equal("EmptyGraph", Assert.Single(Validate()).Code);

    [Fact]
    public void A_node_that_needs_itself_is_named_once() => Assert.Equal("'a' needs itself.", Assert.Single(Validate(Node("a", "a"))).Message);

    private static IReadOnlyList<GraphFinding> Validate(params ServiceNode[] nodes) => GraphValidator.Validate(new ServiceGraph { Name = "g", Nodes = nodes });
}
