using OpsRestart.Adapters.Checks;
using OpsRestart.Core.Planning;
using OpsRestart.Tests.Units.Fakes;

namespace OpsRestart.Tests.Units.Execution;

/// <summary>The drain of a run, and what it does when the work does not end.</summary>
public sealed class DrainStepTests : ExecutorTest
{
    [Fact]
    public async Task A_drain_that_does_not_end_aborts_and_starts_the_producers_again()
    {
        World.Queues.Tasks = 4;
        World.Queues.Stuck = true;
        var run = await World.RunAsync(Stack, GraphOperation.Restart);

        Assert.Equal(RunOutcome.DrainAborted, run.Outcome);
        Assert.Equal(OpsError.DrainAborted, run.Error);
        Assert.Contains("app.slow t1 on celery@test", run.Failure, StringComparison.Ordinal);
        Assert.DoesNotContain("stop worker", Calls);
        Assert.DoesNotContain("stop db", Calls);
        Assert.Equal(ServiceState.Running, World.Services.Unit("web").State);
    }

    [Theory]
    [InlineData(DrainTimeoutPolicy.Abort)]
    [InlineData(DrainTimeoutPolicy.Continue)]
    public async Task A_worker_that_dies_in_the_drain_is_never_drained_and_what_it_ran_is_named(DrainTimeoutPolicy policy)
    {
        World.Queues.Tasks = 4;
        World.OnEvent = e =>
        {
            if (e is { Kind: RunEventKind.StepProgress, Step: "drain:default" })
            {
                World.Services.Die("worker");
            }
        };
        var run = await World.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { OnDrainTimeout = policy });

        Assert.Equal(DrainVerdict.WorkerDied, run.Drains[0].Verdict);
        Assert.Equal(policy == DrainTimeoutPolicy.Abort ? RunOutcome.DrainAborted : RunOutcome.Done, run.Outcome);
        Assert.Contains("worker failed (exit-code) in the middle of the drain", run.Failure ?? run.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("app.slow t1 on celery@test", run.Failure ?? run.Warnings[0], StringComparison.Ordinal);
        Assert.Equal(ServiceState.Running, World.Services.Unit("worker").State);
        Assert.Empty(run.Left);
    }

    [Fact]
    public async Task With_policy_continue_it_goes_on_and_says_so()
    {
        World.Queues.Tasks = 4;
        World.Queues.Stuck = true;
        var run = await World.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { OnDrainTimeout = DrainTimeoutPolicy.Continue });
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Contains(run.Warnings, w => w.Contains("is not drained after 30s", StringComparison.Ordinal));
        Assert.DoesNotContain("kill worker", Calls);
    }

    [Fact]
    public async Task With_policy_kill_the_consumers_are_killed_at_once()
    {
        World.Queues.Tasks = 4;
        World.Queues.Stuck = true;
        World.Services.Unit("worker").IgnoresTerm = true;
        var run = await World.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { OnDrainTimeout = DrainTimeoutPolicy.Kill });
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(StepStatus.Killed, Step(run, "stop:worker").Status);
        Assert.Contains(
            run.Warnings,
            w => w.StartsWith("worker: killed pid 100 at once. When it was told to stop it ran app.slow t1:", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(DrainVerdict.NoWorkers, OpsError.NoWorkers)]
    [InlineData(DrainVerdict.NoReply, OpsError.NoReply)]
    [InlineData(DrainVerdict.Unreachable, OpsError.ConnectionFailed)]
    public async Task Not_knowing_is_never_taken_for_drained(DrainVerdict verdict, OpsError expected)
    {
        World.Queues.Always = verdict;
        var run = await World.RunAsync(Stack, GraphOperation.Restart);
        Assert.Equal(RunOutcome.DrainAborted, run.Outcome);
        Assert.Equal(expected, run.Error);
    }

    [Fact]
    public async Task A_queue_that_nobody_knows_is_not_drained()
    {
        World.Queues.Known = ["default"];
        var misspelt = Stack with { Queues = [Stack.Queues[0] with { Queues = ["defualt"] }] };
        var run = await World.RunAsync(misspelt, GraphOperation.Restart);
        Assert.Equal(RunOutcome.DrainAborted, run.Outcome);
        Assert.Equal(OpsError.QueueNotFound, run.Error);
        Assert.DoesNotContain("stop worker", Calls);
    }

    [Fact]
    public async Task A_queue_that_nobody_knows_is_seen_before_anything_is_changed()
    {
        World.Queues.Known = ["default"];
        World.Checks.Add(new QueuesCheck(World.Queues, "here"));
        var misspelt = Stack with { Queues = [Stack.Queues[0] with { Queues = ["defualt"] }] };
        var run = await World.RunAsync(misspelt, GraphOperation.Restart);
        Assert.Equal(OpsError.PreflightFailed, run.Error);
        Assert.Contains("'defualt' is not known", run.Failure, StringComparison.Ordinal);
        Assert.Empty(Calls);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(100, true)]
    public async Task An_expected_worker_whose_answer_is_late_is_asked_again_before_it_is_called_silent(int late, bool refused)
    {
        World.Queues.LateListings = late;
        World.Checks.Add(new QueuesCheck(World.Queues, "test"));
        var expecting = Stack with { Queues = [Stack.Queues[0] with { Workers = ["celery@{hostname}"] }] };
        var run = await World.RunAsync(expecting, GraphOperation.Restart);
        Assert.Equal(refused, run.Outcome == RunOutcome.Refused);
        Assert.Equal(refused, run.Failure?.Contains("celery@test does not answer", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData(DrainMode.Wait, DrainLevel.Executing, true)]
    [InlineData(DrainMode.SuspendOnly, DrainLevel.None, true)]
    [InlineData(null, DrainLevel.Drained, false)]
    public async Task Queues_are_checked_for_the_drain_that_is_planned(DrainMode? mode, DrainLevel level, bool suspend)
    {
        World.Checks.Add(new QueuesCheck(World.Queues, "here"));
        await World.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { DrainMode = mode });
        Assert.Equal((level, suspend), (World.Queues.Opened[0].Drain, World.Queues.Opened[0].Suspend));
    }

    [Fact]
    public async Task A_broker_that_is_away_for_a_moment_does_not_end_a_drain_before_its_first_look()
    {
        World.Queues.ListingFails = new OpsRestartException(OpsError.ConnectionFailed, "The broker is away.", "redis://localhost");
        var named = Stack with { Queues = [Stack.Queues[0] with { Queues = ["default"] }] };
        var run = await World.RunAsync(named, GraphOperation.Restart);
        Assert.Equal(RunOutcome.Done, run.Outcome);
    }

    [Fact]
    public async Task A_queue_whose_workers_were_stopped_undrained_is_named()
    {
        var run = await World.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { DrainLevel = DrainLevel.None });
        Assert.Equal(["default"], run.UndrainedQueues);
        Assert.Empty((await new FakeWorld().RunAsync(Stack, GraphOperation.Restart)).UndrainedQueues);
    }
}
