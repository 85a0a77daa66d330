using System.Diagnostics;
using OpsRestart.Core.Planning;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>What goes wrong in the middle of a restart of the Frappe bench.</summary>
[Collection("frappe")]
public sealed class FrappeFaultTests(FrappeStack stack, ITestOutputHelper output) : StackTest(stack, output)
{
    private static readonly PlanOptions Wait = new() { DrainMode = DrainMode.Wait };

    [Fact]
    public async Task Redis_is_restarted_in_the_middle_of_the_drain()
    {
        await LongJobAsync(5);
        var fault = OnceInAsync("drain:bench", "sleep 1; systemctl restart frappe-redis-queue");
        var run = await RunAsync(Wait with { DrainTimeout = TimeSpan.FromSeconds(30) });
        await fault;

        // RQ's worker may end when it loses Redis, and be started again: then its job is not accounted for, and that is what is said.
        Assert.True(run.Outcome is RunOutcome.Done or RunOutcome.DrainAborted, run.ToString());
        Assert.Equal(run.Outcome == RunOutcome.Done, run.Drains[0].IsDrained);
        Assert.Empty(run.Left);
        Assert.Equal("", await FrappeStack.FlagAsync());
        var books = await stack.CountAsync(5);
        Output.WriteLine(books.Text);
        Assert.True(books is { Balance: true, Lost: 0, Twice: 0 }, books.Text);
        await AssertAllRunAsync();

        // Workers that lost Redis do not listen to commands any more; they are there all the same.
        var again = await RunAsync(Wait);
        Assert.Equal(RunOutcome.Done, again.Outcome);
        Assert.True(again.Drains[0].IsDrained);
    }

    [Fact]
    public async Task A_worker_killed_in_the_drain_is_not_drained_and_its_job_is_named()
    {
        var id = await LongJobAsync(30);
        var fault = OnceInAsync("drain:bench", "sleep 1; systemctl kill --kill-who=main --signal=KILL frappe-worker@long");
        var run = await RunAsync(Wait with { DrainTimeout = TimeSpan.FromSeconds(20) });
        await fault;

        Assert.Equal((RunOutcome.DrainAborted, OpsError.ServiceFailed), (run.Outcome, run.Error));
        Assert.Equal(DrainVerdict.WorkerDied, run.Drains[0].Verdict);
        Assert.Contains(id, run.Failure, StringComparison.Ordinal);
        Assert.Empty(run.Left);
        Assert.Equal("", await FrappeStack.FlagAsync());
        await AssertAllRunAsync();
    }

    [Fact]
    public async Task A_worker_that_hangs_aborts_with_no_reply_and_everything_is_as_before()
    {
        var before = await InvocationAsync("frappe-worker@short");
        await Shell.BashAsync("systemctl kill --kill-who=main --signal=STOP frappe-worker@short");
        var run = await RunAsync(Wait);

        Assert.Equal((RunOutcome.DrainAborted, OpsError.NoReply), (run.Outcome, run.Error));
        Assert.Contains("did not notice the suspension", run.Failure, StringComparison.Ordinal);
        Assert.Empty(run.Left);
        Assert.Equal("", await FrappeStack.FlagAsync());
        Assert.Equal(before, await InvocationAsync("frappe-worker@short"));
        await AssertAllRunAsync();
    }

    [Fact]
    public async Task A_worker_that_starts_in_the_middle_of_a_suspension_takes_nothing()
    {
        await LongJobAsync(6);
        await using var second = await Units.InstallAsync(
            (
                "frappe-worker-second",
                (await File.ReadAllTextAsync("/etc/systemd/system/frappe-worker@.service")).Replace(
                    "worker-%i",
                    "worker-default",
                    StringComparison.Ordinal
                )
            )
        );
        var fault = OnceInAsync(
            "drain:bench",
            "systemctl start frappe-worker-second; until [ $(redis-cli -p 11000 pubsub channels 'rq:pubsub:*' | grep -c .) -ge 4 ]; "
                + "do sleep 0.05; done"
        );
        var later = QueueAfterAsync(fault);
        var run = await RunAsync(Wait);

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.True(run.Drains[0].IsDrained);
        Assert.True(await later < run.Drains[0].At, "the jobs came too late for this test");

        // They were queued during the suspension, and a worker that was idle was there: none of them began before the drain was over.
        Assert.Equal("0", await Shell.BashAsync("redis-cli -p 11000 exists rq:suspended"));
        Assert.Equal(0, await FrappeStack.CountStartsAsync(EndOf(run, "suspend:bench"), run.Drains[0].At));
        await AssertNothingLostAsync(atLeast: 11);
    }

    [Fact]
    public async Task When_the_command_is_killed_the_suspension_ends_by_itself()
    {
        await LongJobAsync(40);
        await stack.QueueAsync("work", 0.1, count: 5, queue: "short");
        using var command = Restart("frappe", "--drain-mode", "wait");
        await command.UntilAsync("suspend bench: done");
        await stack.QueueAsync("work", 0.1, count: 5, queue: "short");
        var clock = Stopwatch.StartNew();
        await command.SignalAsync("KILL");
        Assert.StartsWith("opsrestart-", await FrappeStack.FlagAsync(), StringComparison.Ordinal);
        await Eventually.IsTrueAsync(async () => (await FrappeStack.FlagAsync()).Length == 0, TimeSpan.FromSeconds(31));
        Output.WriteLine($"the suspension ended {clock.Elapsed.TotalSeconds:0.0} s after the kill");
        await Eventually.IsTrueAsync(async () => (await stack.CountAsync()).Done >= 10, TimeSpan.FromSeconds(15));
        await AssertAllRunAsync();

        // And the lock went with its holder.
        Assert.Equal(0, (await OpsRestartAsync("plan", "frappe")).ExitCode);
    }

    private async Task<DateTime> QueueAfterAsync(Task fault)
    {
        await fault;
        await stack.QueueAsync("work", 0.1, count: 10, queue: "default");
        return DateTime.UtcNow;
    }

    private async Task<string> LongJobAsync(double seconds)
    {
        await stack.QueueAsync("work", Pace.Outlasting(seconds), queue: "long");
        await Eventually.IsTrueAsync(async () => (await FrappeStack.StartedAsync()).Count == 1);
        return (await FrappeStack.StartedAsync())[0];
    }

    /// <summary>Runs a script when a step has begun.</summary>
    private Task OnceInAsync(string step, string script)
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
        }
    }
}
