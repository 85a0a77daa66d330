using OpsRestart.Adapters.Checks;
using OpsRestart.Core.Execution;
using OpsRestart.Core.Planning;
using OpsRestart.Tests.Units.Fakes;

namespace OpsRestart.Tests.Units.Execution;

public sealed class HookStepTests : ExecutorTest
{
    [Fact]
    public async Task A_hook_runs_between_and_its_failure_brings_everything_back()
    {
        World.HookFails = true;
        var hook = new GraphHook
        {
            Name = "migrate",
            Command = ["false"],
            Needs = ["db"],
        };
        var run = await World.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { Hook = hook });

        Assert.Equal(RunOutcome.RolledBack, run.Outcome);
        Assert.Equal(OpsError.HookFailed, run.Error);
        Assert.Contains("last words of the hook", run.Failure, StringComparison.Ordinal);
        Assert.Equal(["stop web", "stop worker", "stop db", "start db", "hook migrate"], Calls.Take(5));
        Assert.Equal(ServiceState.Running, World.Services.Unit("web").State);
    }

    [Theory]
    [InlineData(DrainLevel.None, null)]
    [InlineData(null, DrainTimeoutPolicy.Continue)]
    public async Task A_hook_is_refused_when_the_work_was_not_drained(DrainLevel? level, DrainTimeoutPolicy? policy)
    {
        World.Queues.Tasks = 4;
        World.Queues.Stuck = true;
        var plan = new PlanOptions
        {
            DrainLevel = level,
            OnDrainTimeout = policy,
            Hook = new GraphHook
            {
                Name = "migrate",
                Command = ["true"],
                Needs = ["db"],
            },
        };
        var run = await World.RunAsync(Stack, GraphOperation.Restart, plan);
        Assert.Equal(OpsError.HookFailed, run.Error);
        Assert.DoesNotContain("hook migrate", Calls);

        var forced = new FakeWorld();
        forced.Queues.Tasks = 4;
        forced.Queues.Stuck = true;
        Assert.Equal(
            RunOutcome.Done,
            (await forced.RunAsync(Stack, GraphOperation.Restart, plan, new RunOptions { Force = true })).Outcome
        );
    }

    [Fact]
    public async Task A_hook_that_takes_too_long_is_ended()
    {
        World.HookTakes = TimeSpan.FromMinutes(20);
        var hook = new GraphHook
        {
            Name = "migrate",
            Command = ["sleep"],
            Needs = ["db"],
        };
        var run = await World.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { Hook = hook });
        Assert.Equal(StepStatus.TimedOut, Step(run, "hook:migrate").Status);
    }

    [Theory]
    [InlineData(DrainMode.Signal)]
    [InlineData(DrainMode.SuspendOnly)]
    [InlineData(DrainMode.None)]
    public async Task A_hook_in_a_mode_that_does_not_drain_is_refused_before_the_first_stop(DrainMode mode)
    {
        World.Checks.Add(new HooksCheck());
        var plan = new PlanOptions
        {
            DrainMode = mode,
            Hook = new GraphHook { Name = "migrate", Command = ["true"] },
        };
        var run = await World.RunAsync(Stack, GraphOperation.Restart, plan);
        Assert.Equal(RunOutcome.Refused, run.Outcome);
        Assert.Contains(run.Findings, f => f.Code == "HookNeedsDrain");
        Assert.Empty(Calls);

        World.Services.Unit("worker").State = ServiceState.Stopped;
        Assert.Equal(RunOutcome.Done, (await World.RunAsync(Stack, GraphOperation.Restart, plan)).Outcome);
    }
}
