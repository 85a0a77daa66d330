using OpsRestart.Core.Planning;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>A stop of Zulip and what goes wrong in a restart.</summary>
[Collection("zulip")]
public sealed class ZulipFaultTests(ZulipStack stack, ITestOutputHelper output) : StackTest(stack, output)
{
    private const string Workers = "/home/zulip/deployments/current/zulip/workers.py";

    /// <summary>What runs, or still comes up, may be of the broken release: until supervisord has started another, or given up.</summary>
    private const string Mend = $"""
        sed -i '/a broken release/d' {Workers}
        program=zulip-workers:zulip_events_invites
        pid=$(supervisorctl pid $program || true)
        [ "$pid" -le 0 ] || kill -KILL $pid || true
        until status=$(supervisorctl status $program || true); [[ $status != *"pid $pid,"* && $status =~ RUNNING|FATAL ]]; do sleep 0.1; done
        """;

    [Fact]
    public async Task A_stop_lets_the_queues_run_empty_and_a_start_brings_everything_back()
    {
        await stack.QueueAsync(60, longest: 1);
        var stop = await RunAsync(new PlanOptions { DrainLevel = DrainLevel.Drained }, operation: GraphOperation.Stop);
        Assert.Equal(RunOutcome.Done, stop.Outcome);
        var drain = Assert.Single(stop.Drains);
        Assert.Equal((DrainVerdict.Drained, DrainConfidence.Timed), (drain.Verdict, drain.Confidence));
        Assert.True(EndOf(stop, "stop:django") <= drain.At && drain.At <= BeginOf(stop, "stop:worker@email_senders"), Describe(stop));
        Assert.Equal([ZulipStack.Smokescreen], (await Supervisorctl.PidsAsync()).Keys);
        await AssertRunningAsync([.. stack.Units]);

        // Nothing is left in a queue, and what was sent is done. (What is scheduled waits in PostgreSQL.)
        var books = await stack.CountAsync();
        Output.WriteLine(books.Text);
        books.AssertNothingLost(atLeast: 60);
        Assert.Equal(0, books.Running);

        var start = await RunAsync(operation: GraphOperation.Start);
        Assert.Equal(RunOutcome.Done, start.Outcome);
        await AssertAllRunAsync();
        await AssertNothingLostAsync(atLeast: 60);
    }

    [Fact]
    public async Task A_worker_that_does_not_start_any_more_rolls_everything_back()
    {
        await using var load = await ZulipLoad.StartAsync(seed: 4);
        OnEvent = e =>
        {
            // As a release whose one worker is broken; the rollback finds it mended.
            if (e is { Kind: RunEventKind.StepStarted, IsRollback: false } && e.Step == "start:worker@invites")
            {
                Change($"sed -i '/^def run/a \\    assert options.queue_name != \"invites\", \"a broken release\"' {Workers}");
            }
            else if (e.Kind == RunEventKind.RollbackStarted)
            {
                Change(Mend);
            }
        };
        var run = await RunAsync();
        var sent = await load.EndAsync();

        // Where it takes longer than supervisord's startsecs to die, it counts as started, and dies while it is probed.
        Assert.Equal(RunOutcome.RolledBack, run.Outcome);
        Assert.True(run.Error is OpsError.JobFailed or OpsError.ServiceFailed, run.ToString());
        Assert.Contains("zulip_events_invites", run.Failure, StringComparison.Ordinal);
        Assert.Empty(run.Left);
        await AssertAllRunAsync();
        await AssertNothingLostAsync(atLeast: sent);
    }

    [Fact]
    public async Task A_worker_killed_under_load_loses_nothing_and_what_is_done_twice_is_counted()
    {
        await stack.QueueAsync("stream", 1, count: 6, queue: "embed_links");
        await Eventually.IsTrueAsync(async () => await ZulipStack.CountStartedAsync() >= 1);
        await Shell.BashAsync("supervisorctl signal KILL zulip-workers:zulip_events_embed_links");

        var books = await stack.CountAsync(waitSeconds: 60);
        Output.WriteLine(books.Text);
        Assert.True(books is { Balance: true, Queued: >= 6, Waiting: 0, Running: 0, Lost: 0, Twice: <= 1 }, books.Text);
        await Eventually.IsTrueAsync(async () => (await Supervisorctl.PidsAsync()).Count == stack.Programs.Count);
    }

    private static void Change(string script) => Shell.BashAsync(script).GetAwaiter().GetResult();
}
