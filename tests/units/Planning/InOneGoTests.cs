using OpsRestart.Core.Planning;
using static OpsRestart.Tests.Units.Fakes.FakeWorld;

namespace OpsRestart.Tests.Units.Planning;

/// <summary>A node with a restart command is restarted by it where nothing has to happen between its stop and its start.</summary>
public sealed class InOneGoTests
{
    private static readonly ServiceCommands Commands = new()
    {
        Start = ["start"],
        Stop = ["stop"],
        Restart = ["restart"],
    };

    private static readonly ServiceGraph Site = new()
    {
        Name = "site",
        Nodes = [Node("redis") with { Role = "datastore" }, Commanded("site", "redis"), Node("proxy", "site")],
    };

    [Fact]
    public void Its_dependents_stop_before_and_start_after_it()
    {
        var plan = Planner.Plan(Site, GraphOperation.Restart, new PlanOptions { Names = ["site"] });
        Assert.Equal(["stop:proxy", "start:site", "start:proxy", "validate"], plan.Steps.Select(static s => s.Id));
        var restart = plan.Steps[1];
        Assert.Equal((StepKind.Restart, "Restart site in one go"), (restart.Kind, restart.Description));
        Assert.Equal(["stop:proxy"], restart.After);
    }

    [Fact]
    public void With_what_it_needs_it_is_stopped_and_started()
    {
        var plan = Planner.Plan(Site, GraphOperation.Restart, new PlanOptions());
        Assert.Contains(plan.Steps, static s => s.Id == "stop:site");
        Assert.DoesNotContain(plan.Steps, static s => s.Kind == StepKind.Restart);
    }

    [Fact]
    public void A_hook_or_a_queue_between_keeps_both_steps()
    {
        var hook = Site with { Hooks = [new GraphHook { Name = "migrate", Command = ["m"] }] };
        var queue = Site with
        {
            Queues =
            [
                new GraphQueue
                {
                    Name = "q",
                    System = "rq",
                    Broker = "redis://",
                    ConsumedBy = ["site"],
                },
            ],
        };
        foreach (var graph in new[] { hook, queue })
        {
            var plan = Planner.Plan(graph, GraphOperation.Restart, new PlanOptions { Names = ["site"], Only = true });
            Assert.DoesNotContain(plan.Steps, static s => s.Kind == StepKind.Restart);
        }
    }

    [Fact]
    public void Of_two_that_need_each_other_the_one_below_is()
    {
        var graph = Site with { Nodes = [Commanded("a"), Commanded("b", "a")] };
        var plan = Planner.Plan(graph, GraphOperation.Restart, new PlanOptions());
        Assert.Equal(["stop:b", "start:a", "start:b", "validate"], plan.Steps.Select(static s => s.Id));
    }

    [Theory]
    [InlineData(GraphOperation.Start, "start:site")]
    [InlineData(GraphOperation.Stop, "stop:site")]
    public void A_start_and_a_stop_are_what_they_are(GraphOperation operation, string step)
    {
        var plan = Planner.Plan(Site, operation, new PlanOptions { Names = ["site"], Only = true });
        Assert.Equal(step, plan.Steps[0].Id);
        Assert.DoesNotContain(plan.Steps, static s => s.Kind == StepKind.Restart);
    }

    private static ServiceNode Commanded(string name, params string[] needs) =>
        Node(name, needs) with
        {
            Manager = ServiceManagerKind.Command,
            Commands = Commands,
        };
}
