using OpsRestart.Core.Planning;
using static OpsRestart.Tests.Units.Fakes.FakeWorld;

namespace OpsRestart.Tests.Units.Planning;

public sealed class RollingTests
{
    private static readonly ServiceGraph Bus = new()
    {
        Name = "bus",
        Nodes = [Node("redis") with { Role = "datastore" }, Node("a", "redis"), Node("b", "redis"), Node("c", "redis")],
        Queues =
        [
            new GraphQueue
            {
                Name = "q",
                System = "celery",
                Broker = "redis://",
                ConsumedBy = ["a", "b", "c"],
            },
        ],
    };

    [Fact]
    public void Each_batch_waits_until_the_one_before_consumes_again_the_idle_first()
    {
        var plan = Planner.Plan(Bus, GraphOperation.Restart, new PlanOptions { Rolling = true, RollFirst = ["c", "a", "b"] });
        Assert.Equal(["a", "b", "c"], plan.Nodes);
        Assert.Equal(["stop:c", "stop:a", "stop:b"], plan.Steps.Where(static s => s.Kind == StepKind.Stop).Select(static s => s.Id));
        Assert.Equal(["consume:c"], plan.Steps.First(static s => s.Id == "suspend:q/a").After);
        Assert.Equal(["a"], plan.Steps.First(static s => s.Id == "drain:q/a").Nodes);
        Assert.Equal(["consume:b"], plan.Steps[^1].After);
    }

    [Fact]
    public void Rq_is_suspended_until_its_worker_is_told_to_stop_and_no_longer()
    {
        var rq = Bus with { Queues = [Bus.Queues[0] with { System = "rq" }] };
        var plan = Planner.Plan(rq, GraphOperation.Restart, new PlanOptions { Rolling = true });
        Assert.DoesNotContain(plan.Steps, static s => s.Kind == StepKind.DrainQueue);
        Assert.Equal(["signal:a"], plan.Steps.First(static s => s.Id == "resume:q/a").After);
    }

    [Theory]
    [InlineData(3, null, null)]
    [InlineData(1, "redis", null)]
    [InlineData(1, null, DrainMode.Wait)]
    public void What_would_stop_all_work_is_refused(int batch, string? name, DrainMode? mode)
    {
        var options = new PlanOptions
        {
            Rolling = true,
            BatchSize = batch,
            DrainMode = mode,
            Names = name is null ? [] : [name],
        };
        var refused = Assert.Throws<OpsRestartException>(() => Planner.Plan(Bus, GraphOperation.Restart, options));
        Assert.Equal(OpsError.InvalidArgument, refused.Error);
    }

    [Fact]
    public void A_part_of_the_workers_of_Celery_is_suspended_and_waited_for_alone()
    {
        var plan = Planner.Plan(Bus, GraphOperation.Restart, new PlanOptions { Names = ["b"] });
        Assert.Equal(["b"], plan.Steps.First(static s => s.Kind == StepKind.SuspendQueue).Nodes);
        Assert.Equal(["b"], plan.Steps.First(static s => s.Kind == StepKind.DrainQueue).Nodes);
        var all = Planner.Plan(Bus, GraphOperation.Restart, new PlanOptions());
        Assert.All(all.Steps, static s => Assert.Empty(s.Nodes));
    }
}
