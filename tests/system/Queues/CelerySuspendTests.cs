using System.Diagnostics;
using OpsRestart.Adapters.Queues.Celery;
using OpsRestart.Adapters.RunStore;
using OpsRestart.Core.Queues;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Queues;

public sealed class CelerySuspendTests(ITestOutputHelper output)
{
    private static Task<DrainResult> DrainAsync(IWorkQueueSystem system, DrainLevel level, double seconds = 30) =>
        new DrainWaiter(TimeProvider.System).WaitAsync(
            system,
            "load",
            new DrainRequest { Level = level },
            TimeSpan.FromSeconds(seconds),
            static _ => { },
            default
        );

    [Fact]
    public async Task A_suspended_worker_finishes_what_it_has_and_takes_nothing_new_until_resumed()
    {
        await using var stack = await CeleryStack.StartAsync(("PREFETCH", "1"));
        await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync();
        for (var i = 0; i < 8; i++)
        {
            await stack.SendAsync("sleep", [0.3]);
        }

        await Eventually.IsTrueAsync(() => stack.Ledger.Begun >= 1);
        var clock = Stopwatch.StartNew();
        var lease = await system.SuspendAsync(new SuspendRequest(), default);
        output.WriteLine($"suspended after {clock.ElapsedMilliseconds} ms");
        Assert.False(lease.Suspension.Foreign);
        Assert.Equal([CeleryStack.NodeName("a")], lease.Suspension.Workers.Keys);
        Assert.Contains(new SuspensionStore().List(), r => r.Suspension.Id == lease.Suspension.Id && r.IsOwnerAlive);

        var drained = await DrainAsync(system, DrainLevel.Executing);
        Assert.True(drained.IsDrained, string.Join("; ", drained.Evidence));
        Assert.Equal(DrainConfidence.Exact, drained.Confidence);
        var done = stack.Ledger.Ended;
        Assert.InRange(done, 1, 7);
        Assert.Equal(8 - done, drained.Waiting);
        await Task.Delay(1500);
        Assert.Empty(stack.Ledger.After(drained.At));
        Assert.Equal(QueueWorkerState.Suspended, Assert.Single(await system.GetWorkersAsync(default)).State);
        Assert.Equal(SuspensionState.Yes, Assert.Single(await system.GetQueuesAsync(["celery"], default)).Suspended);
        Assert.Equal(DrainVerdict.Busy, (await DrainAsync(system, DrainLevel.Drained, 0.5)).Verdict);

        var warnings = await lease.ResumeAsync(default);
        Assert.Contains("celery#7733", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Empty(await lease.ResumeAsync(default));
        await lease.DisposeAsync();
        Assert.DoesNotContain(new SuspensionStore().List(), r => r.Suspension.Id == lease.Suspension.Id);
        Assert.True((await DrainAsync(system, DrainLevel.Drained)).IsDrained);
        Assert.Equal(8, stack.Ledger.EndedIds.Distinct().Count());
        Assert.Equal(8, stack.Ledger.Ended);
    }

    [Fact]
    public async Task A_worker_that_starts_in_a_suspension_loses_its_queues_too()
    {
        await using var stack = await CeleryStack.StartAsync();
        await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync();
        await using var lease = await system.SuspendAsync(new SuspendRequest(), default);
        await stack.StartWorkerAsync("b", "-c", "1");
        await Eventually.IsTrueAsync(() => lease.Suspension.Workers.ContainsKey(CeleryStack.NodeName("b")), TimeSpan.FromSeconds(5));
        await Eventually.IsTrueAsync(async () =>
            (await system.GetWorkersAsync(default)).All(static w => w.State == QueueWorkerState.Suspended)
        );
        await Task.Delay(1100);
        await stack.SendAsync("sleep", [0.01]);
        await Task.Delay(1500);
        Assert.Equal(0, stack.Ledger.Begun);
        await lease.ResumeAsync(default);
        Assert.True((await DrainAsync(system, DrainLevel.Drained)).IsDrained);
        Assert.Equal(1, stack.Ledger.Ended);
    }

    [Fact]
    public async Task What_a_dead_owner_left_is_told_and_can_be_resumed_from_its_record()
    {
        await using var stack = await CeleryStack.StartAsync(("TRANSPORT_OPTIONS", "{\"global_keyprefix\": \"pre:\"}"));
        await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync(("keyPrefix", "pre:"));

        // The owner that dies: no resume, no more renewal; only its record is left.
        var lease = await system.SuspendAsync(new SuspendRequest(), default);
        await lease.DisposeAsync();
        var record = new SuspensionStore().List().Single(r => r.Suspension.Id == lease.Suspension.Id);
        Assert.Equal(Environment.ProcessId, record.OwnerPid);
        await stack.SendAsync("sleep", [0.01]);
        await Task.Delay(1500);
        Assert.Equal(0, stack.Ledger.Begun);

        // Whoever resumes knows no prefix; the record does.
        await using var other = await stack.OpenAsync();
        await other.ResumeAsync(record.Suspension, default);
        Assert.True((await DrainAsync(system, DrainLevel.Drained)).IsDrained);
        Assert.Equal(1, stack.Ledger.Ended);
        Assert.DoesNotContain(new SuspensionStore().List(), r => r.Suspension.Id == lease.Suspension.Id);
    }

    [Fact]
    public async Task Of_two_operators_the_last_one_to_let_go_resumes()
    {
        await using var stack = await CeleryStack.StartAsync();
        await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync();
        await using var first = await system.SuspendAsync(new SuspendRequest(), default);
        await using var second = await system.SuspendAsync(new SuspendRequest(), default);
        Assert.True(second.Suspension.Foreign);
        await first.ResumeAsync(default);
        await Eventually.IsTrueAsync(() => second.Suspension.Workers.Count == 1, TimeSpan.FromSeconds(6));
        await Eventually.IsTrueAsync(async () =>
            (await system.GetWorkersAsync(default)).All(static w => w.State == QueueWorkerState.Suspended)
        );
        await second.ResumeAsync(default);
        await stack.SendAsync("sleep", [0.01]);
        Assert.True((await DrainAsync(system, DrainLevel.Drained)).IsDrained);
        Assert.Equal(1, stack.Ledger.Ended);
    }

    [Fact]
    public async Task One_queue_of_two_is_suspended_and_given_back()
    {
        await using var stack = await CeleryStack.StartAsync();
        await stack.StartWorkerAsync("a", "-c", "2", "-Q", "fast,slow");
        await using var system = await stack.OpenAsync();
        await using var lease = await system.SuspendAsync(new SuspendRequest { Queues = ["slow"] }, default);
        await stack.SendAsync("sleep", [0.01], new { queue = "slow" });
        var fast = await stack.SendAsync("sleep", [0.01], new { queue = "fast" });
        await Eventually.IsTrueAsync(() => stack.Ledger.Ended == 1);
        await Task.Delay(1200);
        Assert.Equal([fast], stack.Ledger.EndedIds);
        var queues = await system.GetQueuesAsync(["slow", "fast"], default);
        Assert.Equal([(1L, 0), (0L, 1)], queues.Select(static q => (q.Ready, q.Consumers)));
        await lease.ResumeAsync(default);
        await Eventually.IsTrueAsync(() => stack.Ledger.Ended == 2);
    }

    [Fact]
    public async Task Without_workers_and_without_answers_nothing_is_suspended_and_it_says_which()
    {
        await using var stack = await CeleryStack.StartAsync();
        await using var system = await stack.OpenAsync();
        Assert.Equal(
            OpsError.NoWorkers,
            (await Assert.ThrowsAsync<CeleryException>(() => system.SuspendAsync(new SuspendRequest(), default))).Error
        );
        var worker = await stack.StartWorkerAsync("a", "-c", "1");
        await CeleryStack.SignalAsync(worker, "STOP");
        Assert.Equal(
            OpsError.NoReply,
            (await Assert.ThrowsAsync<CeleryException>(() => system.SuspendAsync(new SuspendRequest(), default))).Error
        );
        Assert.DoesNotContain(new SuspensionStore().List(), r => r.Suspension.Broker == system.Broker);
    }
}
