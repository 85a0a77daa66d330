using OpsRestart.Core.Queues;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Queues;

/// <summary>What goes wrong in a drain, and that none of it is taken for drained.</summary>
public sealed class CeleryFaultTests
{
    private static Task<DrainResult> DrainAsync(
        IWorkQueueSystem system,
        DrainLevel level = DrainLevel.Drained,
        double seconds = 60,
        Action<DrainProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) =>
        new DrainWaiter(TimeProvider.System).WaitAsync(
            system,
            "load",
            new DrainRequest { Level = level },
            TimeSpan.FromSeconds(seconds),
            progress ?? (static _ => { }),
            cancellationToken
        );

    [Fact]
    public async Task A_worker_in_warm_shutdown_is_waited_for_although_it_answers_nobody()
    {
        await using var stack = await CeleryStack.StartAsync();
        await stack.StartWorkerAsync("a", "-c", "1");
        var leaving = await stack.StartWorkerAsync("b", "-c", "1", "-Q", "other");
        await using var system = await stack.OpenAsync();
        await stack.SendAsync("held", [], new { queue = "other" });
        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 1);
        await CeleryStack.SignalAsync(leaving, "TERM");
        await Task.Delay(700);
        var looks = 0;
        var drain = DrainAsync(system, seconds: 120, progress: _ => Interlocked.Increment(ref looks));
        await Eventually.IsTrueAsync(() => looks >= 3);
        Assert.False(drain.IsCompleted);
        stack.LetGo();
        var result = await drain;
        Assert.True(result.IsDrained, string.Join("; ", result.Evidence));
        Assert.Equal(1, stack.Ledger.Ended);
        Assert.True(result.At >= stack.Ledger.LastEnd);
    }

    [Fact]
    public async Task All_workers_in_warm_shutdown_are_busy_and_then_nobody()
    {
        await using var stack = await CeleryStack.StartAsync();
        var leaving = await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync();
        await stack.SendAsync("held", []);
        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 1);
        await CeleryStack.SignalAsync(leaving, "TERM");
        await Task.Delay(700);
        await using var probe = await system.OpenDrainAsync(new DrainRequest(), default);
        for (var looks = 0; stack.Ledger.Ended == 0; looks++)
        {
            if (looks == 20)
            {
                stack.LetGo();
            }

            var seen = await DrainWaiter.LookAsync(probe, default);
            Assert.True(
                seen.Verdict == DrainVerdict.Busy || stack.Ledger.Ended == 1,
                $"{seen.Verdict}: {string.Join("; ", seen.Evidence)}"
            );
            await Task.Delay(50);
        }

        await Eventually.IsTrueAsync(async () => (await DrainWaiter.LookAsync(probe, default)).Verdict == DrainVerdict.NoWorkers);
        Assert.Equal(1, stack.Ledger.Ended);
    }

    [Fact]
    public async Task ETA_tasks_wait_for_drained_and_not_for_quiescent()
    {
        await using var stack = await CeleryStack.StartAsync();
        await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync();
        var countdown = Pace.Stretch(TimeSpan.FromSeconds(6)).TotalSeconds;
        await stack.SendAsync("sleep", [0.01], new { countdown });
        await stack.SendAsync("flaky", [1, countdown - 1]);
        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 1);
        var drained = await DrainAsync(system);
        Assert.True(drained.IsDrained, string.Join("; ", drained.Evidence));
        Assert.Equal(2, drained.Held);
        var scheduled = await system.GetTasksAsync(new WorkerTaskQuery { States = [WorkerTaskState.Scheduled] }, default);
        Assert.Equal(2, scheduled.Count);
        Assert.All(scheduled, t => Assert.InRange((t.Eta!.Value - DateTime.UtcNow).TotalSeconds, 0, countdown + 1));

        var quiescent = await DrainAsync(system, DrainLevel.Quiescent, countdown + 60);
        Assert.True(quiescent.IsDrained, string.Join("; ", quiescent.Evidence));
        Assert.Equal(3, stack.Ledger.Ended);
        Assert.True(quiescent.At >= stack.Ledger.LastEnd);
    }

    [Fact]
    public async Task Rate_limited_tasks_are_in_no_list_of_a_worker_and_still_not_drained()
    {
        await using var stack = await CeleryStack.StartAsync();
        await stack.StartWorkerAsync("a", "-c", "2");
        await using var system = await stack.OpenAsync();
        for (var i = 0; i < 4; i++)
        {
            await stack.SendAsync("limited", []);
        }

        var result = await DrainAsync(system);
        Assert.True(result.IsDrained, string.Join("; ", result.Evidence));
        Assert.Equal(4, stack.Ledger.Ended);
        Assert.True(result.At >= stack.Ledger.LastEnd);
    }

    [Fact]
    public async Task A_worker_killed_in_the_drain_leaves_its_tasks_which_are_found_and_put_back_once()
    {
        await using var stack = await CeleryStack.StartAsync();
        await stack.StartWorkerAsync("a", "-c", "1", "-Q", "other");
        var victim = await stack.StartWorkerAsync("b", "-c", "1");
        await using var system = await stack.OpenAsync();
        List<string> ids =
        [
            await stack.SendAsync("lateheld", []),
            await stack.SendAsync("late", [0.01]),
            await stack.SendAsync("late", [0.01]),
        ];
        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 1);
        await Task.Delay(300);
        Assert.Empty(await system.FindOrphansAsync(default));
        victim.Kill(entireProcessTree: true);
        await victim.WaitForExitAsync();
        var left = await DrainAsync(system, seconds: 2);
        Assert.Equal(DrainVerdict.Busy, left.Verdict);
        Assert.Equal(3, left.Held);

        var orphans = await system.FindOrphansAsync(default);
        Assert.Equal(ids.Order(), orphans.Select(static o => o.Id).Order());
        Assert.All(orphans, static o => Assert.Equal(("celery", WorkerTaskState.Orphan), (o.Queue, o.State)));
        Assert.True(await system.RestoreTaskAsync(orphans[0], default));
        Assert.False(await system.RestoreTaskAsync(orphans[0], default));
        foreach (var orphan in orphans.Skip(1))
        {
            Assert.True(await system.RestoreTaskAsync(orphan, default));
        }

        stack.LetGo();
        await stack.StartWorkerAsync("c", "-c", "1");
        var result = await DrainAsync(system);
        Assert.True(result.IsDrained, string.Join("; ", result.Evidence));
        Assert.Equal(ids.Order(), stack.Ledger.EndedIds.Order());
    }

    [Fact]
    public async Task A_worker_killed_in_the_drain_with_a_task_that_it_had_acknowledged_is_told_of_although_nothing_is_left()
    {
        await using var stack = await CeleryStack.StartAsync();
        await stack.StartWorkerAsync("a", "-c", "1", "-Q", "other");
        var victim = await stack.StartWorkerAsync("b", "-c", "1");
        await using var system = await stack.OpenAsync();
        await stack.SendAsync("held", []);
        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 1);
        var draining = DrainAsync(system);
        await Task.Delay(500);
        victim.Kill(entireProcessTree: true);
        var result = await draining;
        Assert.Equal((DrainVerdict.Drained, 0), (result.Verdict, stack.Ledger.Ended));
        Assert.Equal([$"{CeleryStack.NodeName("b")} (process {victim.Id})"], result.EndedWorkers);
        Assert.Contains("is lost", DrainWords.Warning(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_worker_is_no_reply_and_never_drained()
    {
        await using var stack = await CeleryStack.StartAsync();
        await stack.StartWorkerAsync("a", "-c", "1");
        var hanging = await stack.StartWorkerAsync("b", "-c", "1");
        await using var system = await stack.OpenAsync();
        Assert.True((await DrainAsync(system)).IsDrained);
        await CeleryStack.SignalAsync(hanging, "STOP");
        var result = await DrainAsync(system, seconds: 5);
        Assert.Equal(DrainVerdict.NoReply, result.Verdict);
        Assert.Contains(CeleryStack.NodeName("b"), string.Join("; ", (await LookAfterAsync(system)).Evidence), StringComparison.Ordinal);
        Assert.Contains(await system.GetWorkersAsync(default), static w => w.State == QueueWorkerState.Unresponsive);
        await CeleryStack.SignalAsync(hanging, "CONT");
        Assert.True((await DrainAsync(system)).IsDrained);

        // It has to have answered once before its name can be known.
        async Task<DrainObservation> LookAfterAsync(IWorkQueueSystem s)
        {
            await CeleryStack.SignalAsync(hanging, "CONT");
            await using var probe = await s.OpenDrainAsync(new DrainRequest(), default);
            await Eventually.IsTrueAsync(async () => (await DrainWaiter.LookAsync(probe, default)).Verdict == DrainVerdict.Drained);
            await CeleryStack.SignalAsync(hanging, "STOP");
            await Eventually.IsTrueAsync(async () => (await DrainWaiter.LookAsync(probe, default)).Verdict == DrainVerdict.NoReply);
            return await DrainWaiter.LookAsync(probe, default);
        }
    }

    [Fact]
    public async Task A_solo_worker_is_busy_as_long_as_its_task_runs_and_then_drained()
    {
        await using var stack = await CeleryStack.StartAsync();
        await stack.StartWorkerAsync("a", "-P", "solo");
        await using var system = await stack.OpenAsync();
        await stack.SendAsync("held", []);
        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 1);
        var looks = 0;
        var drain = DrainAsync(system, seconds: 120, progress: _ => Interlocked.Increment(ref looks));
        await Eventually.IsTrueAsync(() => looks >= 2);
        Assert.False(drain.IsCompleted);
        stack.LetGo();
        var result = await drain;
        Assert.True(result.IsDrained, string.Join("; ", result.Evidence));
        Assert.Equal(1, stack.Ledger.Ended);
        Assert.True(result.At >= stack.Ledger.LastEnd);
    }

    [Fact]
    public async Task The_broker_restarts_in_the_drain_and_no_task_is_taken_for_done()
    {
        await using var stack = await CeleryStack.StartAsync();
        var worker = await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync();
        var early = await stack.SendAsync("held", []);
        var late = await stack.SendAsync("late", [0.1]);
        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 1);
        await Eventually.IsTrueAsync(async () =>
            (await system.GetTasksAsync(new WorkerTaskQuery { States = [WorkerTaskState.Reserved] }, default)).Any(t => t.Id == late)
        );
        using var enough = new CancellationTokenSource();
        var looks = 0;
        var drain = DrainAsync(system, seconds: 300, progress: _ => Interlocked.Increment(ref looks), cancellationToken: enough.Token);
        await Eventually.IsTrueAsync(() => looks >= 2);
        await stack.Redis.StopAndSaveAsync();
        await Task.Delay(500);
        await stack.Redis.StartAgainAsync();
        await using var redis = await stack.Redis.ConnectAsync();

        // The worker forgets what it had prefetched when it loses the broker. So that one is left, and is told of, found, and put back.
        stack.LetGo();
        await Eventually.IsTrueAsync(() => stack.Ledger.Ended == 1);
        await Task.Delay(3000);
        Assert.False(drain.IsCompleted);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drain);
        if ((await redis.CallAsync(new("PUBSUB", "NUMPAT"), default)).Integer == 0)
        {
            // Celery 5.2 may hang in its reconnection: it neither consumes nor hears again (celery#8030). Then only another worker helps.
            await CeleryStack.SignalAsync(worker, "KILL");
            await stack.StartWorkerAsync("b", "-c", "1");
        }

        await Eventually.IsTrueAsync(
            async () => (await system.GetWorkersAsync(default)).All(static w => w.State != QueueWorkerState.Unresponsive),
            TimeSpan.FromSeconds(60)
        );
        var result = await DrainAsync(system, seconds: 2);

        // Celery 5.5 goes on to name a task that ended while the broker was away: it can't be told from one that runs, and is never taken
        // for done.
        var ghost = result.Remaining.Any(t => t.Id == early && t.State == WorkerTaskState.Active);
        var seen =
            $"{result.Verdict}, {result.Held} held, {result.Waiting} waiting, {result.Executing} executing, {stack.Ledger.Ended} "
            + $"ended: {string.Join("; ", result.Evidence)}";
        Assert.True(result.Verdict == DrainVerdict.Busy && (ghost ? result.Executing : result.Held) == 1, seen);
        Assert.Equal(1, stack.Ledger.Ended);

        // While the worker is still connecting again, what it holds can't be told, and that is the answer.
        IReadOnlyList<WorkerTask> orphans = [];
        await Eventually.IsTrueAsync(async () =>
        {
            try
            {
                orphans = await system.FindOrphansAsync(default);
                return true;
            }
            catch (OpsRestartException e) when (e.Error == OpsError.NoReply)
            {
                return false;
            }
        });
        var orphan = Assert.Single(orphans);
        Assert.Equal(late, orphan.Id);
        Assert.True(await system.RestoreTaskAsync(orphan, default));
        result = await DrainAsync(system, seconds: ghost ? 5 : 60);
        Assert.True(result.IsDrained || ghost, string.Join("; ", result.Evidence));
        await Eventually.IsTrueAsync(() => stack.Ledger.Ended >= 2);
        Assert.Equal([1, 1], stack.Ledger.EndedIds.CountBy(static id => id).Select(static c => c.Value));
        Assert.True(ghost || result.At >= stack.Ledger.LastEnd);
    }

    [Fact]
    public async Task Empty_no_workers_and_unreachable_are_different_answers()
    {
        await using var stack = await CeleryStack.StartAsync();
        await using var system = await stack.OpenAsync();
        await using var probe = await system.OpenDrainAsync(new DrainRequest(), default);
        Assert.Equal(DrainVerdict.NoWorkers, (await DrainWaiter.LookAsync(probe, default)).Verdict);
        await stack.StartWorkerAsync("a", "-c", "1");
        await Eventually.IsTrueAsync(async () => (await DrainWaiter.LookAsync(probe, default)).Verdict == DrainVerdict.Drained);
        await stack.Redis.KillAsync();
        Assert.Equal(DrainVerdict.Unreachable, (await DrainWaiter.LookAsync(probe, default)).Verdict);
    }
}
