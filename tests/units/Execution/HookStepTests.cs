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

    [Fact]
    public async Task A_hook_of_each_phase_runs_there()
    {
        var run = await World.RunAsync(WithHooks(Enum.GetValues<HookPhase>()), GraphOperation.Restart);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(
            ["hook Before", "stop web", "hook Drained", "stop worker", "stop db", "hook Stopped", "start db", "hook DatastoresReady"],
            Calls.Take(8)
        );
        Assert.Equal(["hook Started", "hook Always"], Calls.TakeLast(2));
        Assert.Equal(StepStatus.Done, Step(run, "hook:Always").Status);
    }

    [Fact]
    public async Task The_hook_for_every_way_out_runs_after_a_rollback_and_after_a_cancellation()
    {
        var graph = WithHooks(HookPhase.Always);
        World.Services.Unit("web").FailStarts = 1;
        Assert.NotEqual(RunOutcome.Done, (await World.RunAsync(graph, GraphOperation.Restart)).Outcome);
        Assert.Equal("hook Always", Calls.Last());

        var cancelled = new FakeWorld();
        using var stop = new CancellationTokenSource();
        cancelled.OnEvent = e =>
        {
            if (e is { Kind: RunEventKind.StepStarted, Step: "stop:web" })
            {
                stop.Cancel();
            }
        };
        Assert.Equal(RunOutcome.Cancelled, (await cancelled.RunAsync(graph, GraphOperation.Restart, null, null, stop.Token)).Outcome);
        Assert.Equal("hook Always", cancelled.Services.Calls.Last());
    }

    [Fact]
    public async Task When_it_fails_nothing_is_undone_and_the_run_is_not_done()
    {
        World.HookFails = true;
        var run = await World.RunAsync(WithHooks(HookPhase.Always), GraphOperation.Restart);
        Assert.Equal((RunOutcome.Failed, OpsError.HookFailed), (run.Outcome, run.Error!.Value));
        Assert.Contains("last words of the hook", run.Failure, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Steps, static s => s.IsRollback);
        Assert.Equal(ServiceState.Running, World.Services.Unit("web").State);
    }

    [Fact]
    public async Task A_run_that_is_refused_runs_none()
    {
        World.Checks.Add(new HooksCheck());
        var run = await World.RunAsync(
            WithHooks(HookPhase.Drained, HookPhase.Always),
            GraphOperation.Restart,
            new PlanOptions { DrainMode = DrainMode.None }
        );
        Assert.Equal(RunOutcome.Refused, run.Outcome);
        Assert.Empty(Calls);
    }

    private static ServiceGraph WithHooks(params IEnumerable<HookPhase> phases) =>
        Stack with
        {
            Nodes = [.. Stack.Nodes.Select(static n => n.Name == "db" ? n with { Role = "datastore" } : n)],
            Hooks =
            [
                .. phases.Select(static w => new GraphHook
                {
                    Name = $"{w}",
                    Command = ["true"],
                    When = w,
                }),
            ],
        };
}
