using OpsRestart.Core.Planning;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>What goes wrong in the middle of a restart of the Nautobot stack.</summary>
[Collection("nautobot")]
public sealed class NautobotFaultTests(NautobotStack stack, ITestOutputHelper output) : StackTest(stack, output)
{
    [Fact]
    public async Task The_broker_is_restarted_in_the_middle_of_the_drain()
    {
        // They have to be at it still when the web tier has stopped and the drain begins.
        await stack.QueueAsync("work", Pace.Outlasting(4), count: 4);
        await Eventually.IsTrueAsync(async () => await NautobotStack.CountStartedAsync() >= 4);
        await stack.QueueAsync(20, longest: 0.3);
        var fault = OnceInAsync("drain:default", "sleep 1; systemctl restart redis-server");
        var run = await RunAsync(
            new PlanOptions { DrainTimeout = TimeSpan.FromSeconds(Math.Min(90, Pace.Stretch(TimeSpan.FromSeconds(20)).TotalSeconds)) }
        );
        await fault;

        // The worker forgets what it had prefetched when it loses the broker, so the drain may end or not; but whatever it says is true.
        Assert.True(run.Outcome is RunOutcome.Done or RunOutcome.DrainAborted, run.ToString());
        Assert.Equal(run.Outcome == RunOutcome.Done, run.Drains[0].IsDrained);
        Assert.Empty(run.Left);
        await AssertAllRunAsync();
        var books = await stack.CountAsync(10);
        Output.WriteLine(books.Text);
        Assert.True(books is { Balance: true, Lost: 0 }, books.Text);
        Assert.True(
            run.Outcome != RunOutcome.Done || await NautobotStack.CountMovesAsync(run.Drains[0].At, BeginOf(run, "start:worker")) == 0
        );
    }

    [Fact]
    public async Task A_worker_killed_in_the_drain_is_not_drained_and_its_tasks_are_named()
    {
        // It comes back at once, idle: a look at who answers would find nothing to do.
        await Shell.BashAsync(
            "mkdir -p /run/systemd/system/nautobot-worker.service.d; printf '[Service]\\nRestart=always\\nRestartSec=100ms\\n' "
                + ">/run/systemd/system/nautobot-worker.service.d/test.conf; systemctl daemon-reload"
        );
        await stack.QueueAsync("work", 30, count: 3);
        await Eventually.IsTrueAsync(async () => await NautobotStack.CountStartedAsync() >= 3);
        var fault = OnceInAsync("drain:default", "sleep 1; systemctl kill --kill-who=main --signal=KILL nautobot-worker");
        var run = await RunAsync(new PlanOptions { DrainTimeout = TimeSpan.FromSeconds(12) });
        await fault;

        Assert.Equal((RunOutcome.DrainAborted, OpsError.ServiceFailed), (run.Outcome, run.Error));
        Assert.Equal(
            (DrainVerdict.WorkerDied, 3),
            (run.Drains[0].Verdict, run.Drains[0].Remaining.Count(static t => t.Name.EndsWith(".work", StringComparison.Ordinal)))
        );
        Assert.Empty(run.Left);
        Assert.All(run.Drains[0].Remaining, t => Assert.Contains(t.Id, run.Failure, StringComparison.Ordinal));
        await AssertAllRunAsync();
        Assert.Equal(3, (await stack.CountAsync()).Lost);
    }

    [Fact]
    public async Task A_worker_that_hangs_aborts_with_no_reply_and_everything_is_as_before()
    {
        await stack.QueueAsync("work", 60);
        await Eventually.IsTrueAsync(async () => await NautobotStack.CountStartedAsync() >= 1);
        var before = await InvocationAsync(NautobotStack.Worker);
        var fault = OnceInAsync("drain:default", "systemctl kill --kill-who=main --signal=STOP nautobot-worker");
        var run = await RunAsync(new PlanOptions { DrainTimeout = TimeSpan.FromSeconds(6) });
        await fault;

        Assert.Equal((RunOutcome.DrainAborted, OpsError.NoReply), (run.Outcome, run.Error));
        Assert.Empty(run.Left);
        Assert.Equal(before, await InvocationAsync(NautobotStack.Worker));
        await AssertAllRunAsync();
        Assert.Contains(run.Warnings, static w => w.Contains(NautobotStack.Worker, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_worker_that_is_silent_before_the_run_refuses_it()
    {
        await Shell.BashAsync("systemctl kill --kill-who=main --signal=STOP nautobot-worker");
        var run = await RunAsync();
        Assert.Equal((RunOutcome.Refused, OpsError.PreflightFailed), (run.Outcome, run.Error));
        Assert.Contains("connected and do not answer", run.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_starts_in_the_middle_of_a_suspension_takes_nothing()
    {
        await using var second = await Units.InstallAsync(
            (
                "nautobot-worker-second",
                (await File.ReadAllTextAsync("/etc/systemd/system/nautobot-worker.service")).Replace(
                    "worker --loglevel",
                    "worker -n second@%H --loglevel",
                    StringComparison.Ordinal
                )
            )
        );
        await stack.QueueAsync("work", Pace.Outlasting(16));
        await Eventually.IsTrueAsync(async () => await NautobotStack.CountStartedAsync() >= 1);
        var started = DateTime.MaxValue;
        var fault = OnceInAsync(
            "drain:default",
            "systemctl start nautobot-worker-second; until journalctl _SYSTEMD_INVOCATION_ID=$(systemctl show -P InvocationID "
                + "nautobot-worker-second) | grep -q ' ready\\.'; do sleep 0.1; done; sleep 1.5",
            () => started = DateTime.UtcNow
        );
        var later = fault.ContinueWith(_ => stack.QueueAsync(10, longest: 0.1), TaskScheduler.Default).Unwrap();
        var graph = Graph with { Queues = [Graph.Queues[0] with { Workers = [] }] };
        var run = await RunAsync(WorkerOnly, graph: graph);
        await later;

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.True(run.Drains[0].IsDrained);
        Assert.True(run.Drains[0].At > started, "the second worker came too late for this test");
        Assert.Equal(0, await NautobotStack.CountMovesAsync(run.Drains[0].At, BeginOf(run, "resume:default")));

        // All that moved since it was there is the end of the task that ran.
        Assert.InRange(await NautobotStack.CountMovesAsync(started, BeginOf(run, "resume:default")), 0, 1);
        Assert.Empty(Session.Suspensions.List());

        // Both consume again.
        Assert.Equal(2, await NautobotStack.CountActiveQueuesAsync());
        await AssertNothingLostAsync();
    }

    /// <summary>Runs a script when a step has begun.</summary>
    private Task OnceInAsync(string step, string script, Action? then = null)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OnEvent = e =>
        {
            if (e is { Kind: RunEventKind.StepStarted, IsRollback: false } && e.Step == step)
            {
                begun.TrySetResult();
            }
        };
        return GoAsync();

        async Task GoAsync()
        {
            await begun.Task;
            await Shell.BashAsync(script);
            then?.Invoke();
        }
    }
}
