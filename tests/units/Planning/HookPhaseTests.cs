using OpsRestart.Core.Planning;
using static OpsRestart.Tests.Units.Fakes.FakeWorld;

namespace OpsRestart.Tests.Units.Planning;

public sealed class HookPhaseTests
{
    private static readonly ServiceGraph Stack = new()
    {
        Name = "stack",
        Nodes = [Node("db") with { Role = "datastore", Ready = [Probe("db")] }, Node("worker", "db"), Node("web", "db")],
        Queues =
        [
            new GraphQueue
            {
                Name = "default",
                System = "celery",
                Broker = "redis://",
                FedBy = ["web"],
                ConsumedBy = ["worker"],
            },
        ],
        Hooks =
        [
            .. Enum.GetValues<HookPhase>()
                .Select(static w => new GraphHook
                {
                    Name = $"{w}",
                    Command = ["true"],
                    When = w,
                }),
        ],
    };

    [Fact]
    public void A_restart_has_each_hook_in_its_place()
    {
        var order = Planner.Plan(Stack, GraphOperation.Restart, new PlanOptions()).Steps.Select(static s => s.Id).ToList();
        Assert.Equal(
            [
                "hook:Before",
                "stop:web",
                "drain:default",
                "hook:Drained",
                "stop:worker",
                "stop:db",
                "hook:Stopped",
                "start:db",
                "ready:db",
                "hook:DatastoresReady",
                "start:worker",
                "start:web",
                "hook:Started",
                "validate",
                "hook:Always",
            ],
            order
        );
    }

    [Fact]
    public void The_edges_hold_each_hook_there_not_the_order_alone()
    {
        var plan = Planner.Plan(Stack, GraphOperation.Restart, new PlanOptions());
        Assert.All(plan.Steps.Where(static s => s.Id != "hook:Before"), s => Assert.Contains("hook:Before", Ancestors(plan, s.Id)));
        Assert.DoesNotContain("hook:Drained", Ancestors(plan, "stop:web"));
        Assert.Contains("hook:Drained", Ancestors(plan, "stop:worker"));
        Assert.Superset(new HashSet<string> { "stop:db", "stop:worker", "stop:web" }, Ancestors(plan, "hook:Stopped"));
        Assert.All(["start:db", "start:worker", "start:web"], id => Assert.Contains("hook:Stopped", Ancestors(plan, id)));
        Assert.Superset(new HashSet<string> { "start:db", "start:worker", "start:web" }, Ancestors(plan, "hook:Started"));
        Assert.Equal(plan.Steps.Count - 1, Ancestors(plan, "hook:Always").Count);
    }

    [Fact]
    public void Without_a_drain_the_drained_hook_comes_before_every_stop()
    {
        var plan = Planner.Plan(Stack, GraphOperation.Restart, new PlanOptions { Names = ["web"], Only = true });
        Assert.Contains("hook:Drained", Ancestors(plan, "stop:web"));
    }

    [Theory]
    [InlineData(GraphOperation.Start)]
    [InlineData(GraphOperation.Stop)]
    public void A_start_or_a_stop_runs_no_hook(GraphOperation operation) =>
        Assert.DoesNotContain(Planner.Plan(Stack, operation, new PlanOptions()).Steps, static s => s.Kind == StepKind.Hook);

    private static HashSet<string> Ancestors(ServiceGraphPlan plan, string id)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([id]);
        while (open.TryPop(out var at))
        {
            foreach (var earlier in plan.Steps.Single(s => s.Id == at).After.Where(found.Add))
            {
                open.Push(earlier);
            }
        }

        return found;
    }
}
