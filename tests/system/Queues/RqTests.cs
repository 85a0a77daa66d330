using System.Diagnostics;
using OpsRestart.Adapters.Redis;
using OpsRestart.Core.Probes;
using OpsRestart.Core.Queues;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Queues;

public sealed class RqTests(ITestOutputHelper output)
{
    private static Task<DrainResult> DrainAsync(
        IWorkQueueSystem system,
        DrainLevel level = DrainLevel.Drained,
        double seconds = 60,
        params string[] queues
    ) =>
        new DrainWaiter(TimeProvider.System).WaitAsync(
            system,
            "load",
            new DrainRequest { Level = level, Queues = queues },
            TimeSpan.FromSeconds(seconds),
            static _ => { },
            default
        );

    [Fact]
    public async Task Twenty_drains_of_jobs_that_queue_others_have_no_false_verdict_and_end_within_100_ms()
    {
        await using var stack = await RqStack.StartAsync();
        await stack.StartWorkerAsync("a", "default");
        await stack.StartWorkerAsync("b", "default", "bench-1:short");
        await using var system = await stack.OpenAsync();
        var late = new List<double>();
        var random = new Random(7);
        for (var drain = 0; drain < 20; drain++)
        {
            await stack.SendAsync("chain", "default", "default", random.Next(3, 8), random.Next(1, 50) / 1000.0);
            await stack.SendAsync(
                "chain",
                "bench-1:short",
                drain % 2 == 0 ? "default" : "bench-1:short",
                random.Next(3, 8),
                random.Next(1, 50) / 1000.0
            );
            var result = await DrainAsync(system);
            Assert.True(result.IsDrained, string.Join("; ", result.Evidence));
            Assert.Equal(DrainConfidence.Exact, result.Confidence);
            await Task.Delay(200);
            Assert.Empty(stack.Ledger.After(result.At));
            Assert.Equal(stack.Ledger.Begun, stack.Ledger.Ended);
            late.Add((result.At - stack.Ledger.LastEnd).TotalMilliseconds);
        }

        late.Sort();
        output.WriteLine(
            $"verdict after the true end: median {late[10]:0.0} ms, worst {late[^1]:0.0} ms of {late.Count}; {stack.Ledger.Ended} jobs"
        );
        Pace.AssertWithin(TimeSpan.FromMilliseconds(late[10]), TimeSpan.FromMilliseconds(100), "(median)");
    }

    [Fact]
    public async Task Idle_workers_are_woken_so_that_they_really_suspend_and_nothing_of_that_is_left()
    {
        await using var stack = await RqStack.StartAsync();
        await stack.StartWorkerAsync("a", "default");
        await stack.StartWorkerAsync("b", "bench-1:long", "default");
        await using var system = await stack.OpenAsync();
        var clock = Stopwatch.StartNew();
        var lease = await system.SuspendAsync(new SuspendRequest(), default);
        output.WriteLine($"suspended after {clock.ElapsedMilliseconds} ms");
        Assert.False(lease.Suspension.Foreign);
        Assert.All(await system.GetWorkersAsync(default), static w => Assert.Equal(QueueWorkerState.Suspended, w.State));

        var id = await stack.SendAsync("sleep", "default", 0.01);
        await Task.Delay(1500);
        Assert.Equal(0, stack.Ledger.Begun);
        Assert.True((await DrainAsync(system, DrainLevel.Executing)).IsDrained);
        Assert.Equal(DrainVerdict.Busy, (await DrainAsync(system, DrainLevel.Drained, 0.3)).Verdict);
        Assert.Equal(SuspensionState.Yes, (await system.GetQueuesAsync(["default"], default)).Single().Suspended);

        Assert.Empty(await lease.ResumeAsync(default));
        Assert.Empty(await lease.ResumeAsync(default));
        await lease.DisposeAsync();
        Assert.True((await DrainAsync(system)).IsDrained);
        Assert.Equal([id], stack.Ledger.EndedIds);
        await using var redis = await stack.Redis.ConnectAsync();
        var keys = (await redis.CallAsync(new("KEYS", "rq:*"), default)).Texts();
        Assert.DoesNotContain(keys, static k => k.Contains("opsrestart", StringComparison.Ordinal) || k == "rq:suspended");
    }

    [Fact]
    public async Task A_foreign_flag_is_left_alone()
    {
        await using var stack = await RqStack.StartAsync();
        await stack.StartWorkerAsync("a");
        await using var system = await stack.OpenAsync();
        await using var redis = await stack.Redis.ConnectAsync();
        await redis.CallAsync(new("SET", "rq:suspended", 1), default);
        var lease = await system.SuspendAsync(new SuspendRequest(), default);
        Assert.True(lease.Suspension.Foreign);
        Assert.Empty(await lease.ResumeAsync(default));
        await lease.DisposeAsync();
        Assert.Equal("1", (await redis.CallAsync(new("GET", "rq:suspended"), default)).Text);
        Assert.Equal(-1, (await redis.CallAsync(new("TTL", "rq:suspended"), default)).Integer);
    }

    [Fact]
    public async Task Of_two_operators_the_last_one_to_let_go_resumes()
    {
        await using var stack = await RqStack.StartAsync();
        await stack.StartWorkerAsync("a");
        await using var system = await stack.OpenAsync();
        await using var first = await system.SuspendAsync(new SuspendRequest(), default);
        await using var second = await system.SuspendAsync(new SuspendRequest(), default);
        Assert.True(second.Suspension.Foreign);
        await first.ResumeAsync(default);
        await Eventually.IsTrueAsync(() => !second.Suspension.Foreign, TimeSpan.FromSeconds(3));
        await Eventually.IsTrueAsync(async () =>
            (await system.GetWorkersAsync(default)).All(static w => w.State == QueueWorkerState.Suspended)
        );
        await second.ResumeAsync(default);
        await stack.SendAsync("sleep", "default", 0.01);
        Assert.True((await DrainAsync(system)).IsDrained);
        Assert.Equal(1, stack.Ledger.Ended);
    }

    [Fact]
    public async Task When_the_holder_is_gone_the_flag_expires_and_work_goes_on()
    {
        await using var stack = await RqStack.StartAsync();
        await stack.StartWorkerAsync("a");
        await using var system = await stack.OpenAsync();
        var lease = await system.SuspendAsync(new SuspendRequest { Lease = TimeSpan.FromSeconds(2) }, default);
        await stack.SendAsync("sleep", "default", 0.01);
        await Task.Delay(3000);
        Assert.Equal(0, stack.Ledger.Begun);

        // What kill -9 does to the holder: no renewal, no resume.
        await lease.DisposeAsync();
        await Eventually.IsTrueAsync(() => stack.Ledger.Ended == 1, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_horse_that_outlives_its_worker_is_not_taken_for_drained_or_for_an_orphan()
    {
        await using var stack = await RqStack.StartAsync();
        var victim = await stack.StartWorkerAsync("a");
        await stack.StartWorkerAsync("b", "other");
        await using var system = await stack.OpenAsync();
        var id = await stack.SendAsync("sleep", "default", 4);
        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 1);
        var drain = DrainAsync(system);
        await Task.Delay(300);
        victim.Kill(entireProcessTree: false);
        await victim.WaitForExitAsync();
        Assert.Empty(await system.FindOrphansAsync(default));
        var dead = Assert.Single(await system.GetWorkersAsync(default), static w => w.Name == "a");
        Assert.Equal(QueueWorkerState.Dead, dead.State);
        var result = await drain;
        Assert.True(result.IsDrained, string.Join("; ", result.Evidence));
        Assert.Equal([id], stack.Ledger.EndedIds);
        Assert.True(result.At >= stack.Ledger.LastEnd);
    }

    [Fact]
    public async Task A_job_whose_worker_and_horse_are_killed_is_found_and_put_back_once()
    {
        await using var stack = await RqStack.StartAsync();
        var victim = await stack.StartWorkerAsync("a");
        await using var system = await stack.OpenAsync();
        var id = await stack.SendAsync("sleep", "default", 3);
        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 1);
        Assert.Empty(await system.FindOrphansAsync(default));
        victim.Kill(entireProcessTree: true);
        await victim.WaitForExitAsync();
        var orphan = Assert.Single(await system.FindOrphansAsync(default));
        Assert.Equal((id, WorkerTaskState.Orphan, "default", "load.sleep"), (orphan.Id, orphan.State, orphan.Queue, orphan.Name));
        Assert.NotEqual(DrainVerdict.Drained, (await DrainAsync(system, seconds: 0.3)).Verdict);
        Assert.True(await system.RestoreTaskAsync(orphan, default));
        Assert.False(await system.RestoreTaskAsync(orphan, default));
        await stack.StartWorkerAsync("c");
        Assert.True((await DrainAsync(system)).IsDrained);
        Assert.Equal([id], stack.Ledger.EndedIds);
    }

    [Fact]
    public async Task Lists_stops_cancels_and_clears()
    {
        await using var stack = await RqStack.StartAsync();
        await stack.StartWorkerAsync("a", "bench-1:long");
        await using var system = await stack.OpenAsync();
        var running = await stack.SendAsync("sleep", "bench-1:long", 30);
        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 1);
        var waiting = await stack.SendAsync("sleep", "bench-1:long", 31);
        await stack.SendAsync("sleep", "bench-1:long", 32);
        var later = await stack.SendLaterAsync("sleep", "bench-1:long", 600, 33);

        var queue = Assert.Single(await system.GetQueuesAsync(["bench-1:*"], default));
        Assert.Equal(("bench-1:long", 2, 1, 1, 1), (queue.Name, queue.Ready, queue.Unacked, queue.Scheduled, queue.Consumers));
        Assert.InRange(queue.OldestAge!.Value.TotalSeconds, 0, 30);
        var missing = await Assert.ThrowsAsync<Adapters.Queues.Rq.RqException>(() => system.GetQueuesAsync(["nosuch"], default));
        Assert.Equal(OpsError.QueueNotFound, missing.Error);

        var tasks = await system.GetTasksAsync(
            new WorkerTaskQuery { States = [WorkerTaskState.Active, WorkerTaskState.Ready, WorkerTaskState.Scheduled] },
            default
        );
        var active = Assert.Single(tasks, static t => t.State == WorkerTaskState.Active);
        Assert.Equal((running, "load.sleep", "30", "a"), (active.Id, active.Name, active.Arguments, active.Worker));
        Assert.Equal(2, tasks.Count(static t => t.State == WorkerTaskState.Ready));
        Assert.Equal(later, Assert.Single(tasks, static t => t.State == WorkerTaskState.Scheduled).Id);

        Assert.True((await system.StopTaskAsync(waiting, false, null, default)).Stopped);
        Assert.False((await system.StopTaskAsync(running, false, null, default)).Stopped);
        Assert.True((await system.StopTaskAsync(running, true, null, default)).Stopped);
        Assert.Equal(
            OpsError.TaskNotFound,
            (await Assert.ThrowsAsync<Adapters.Queues.Rq.RqException>(() => system.StopTaskAsync("nosuch", false, null, default))).Error
        );
        await Eventually.IsTrueAsync(async () =>
            (await system.GetTasksAsync(new WorkerTaskQuery { States = [WorkerTaskState.Failed] }, default)).Any(t => t.Id == running)
        );
        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 2);

        await stack.SendAsync("sleep", "bench-1:long", 34);
        await stack.SendAsync("sleep", "bench-1:long", 35);
        Assert.Equal(2, await system.ClearAsync("bench-1:long", default));
        Assert.Equal(0, (await system.GetQueuesAsync(["bench-1:long"], default)).Single().Ready);
    }

    [Fact]
    public async Task Empty_no_workers_and_unreachable_are_different_answers()
    {
        await using var stack = await RqStack.StartAsync();
        await using var system = await stack.OpenAsync();
        await using var probe = await system.OpenDrainAsync(new DrainRequest(), default);
        Assert.Equal(DrainVerdict.NoWorkers, (await DrainWaiter.LookAsync(probe, default)).Verdict);
        await stack.StartWorkerAsync("a");
        await Eventually.IsTrueAsync(async () => (await DrainWaiter.LookAsync(probe, default)).Verdict == DrainVerdict.Drained);
        await stack.Redis.KillAsync();
        Assert.Equal(DrainVerdict.Unreachable, (await DrainWaiter.LookAsync(probe, default)).Verdict);
        Assert.Equal(OpsError.ConnectionFailed, (await Assert.ThrowsAsync<RedisException>(() => system.GetQueuesAsync([], default))).Error);
    }

    [Fact]
    public async Task Lists_and_probes_in_milliseconds_and_tells_dead_workers_from_live_ones()
    {
        await using var stack = await RqStack.StartAsync();
        var kind = Probes.ProbeCheck.Factory;
        var definition = new ProbeDefinition
        {
            Kind = "rq",
            Target = stack.Redis.Address,
            Settings = new Dictionary<string, object?> { ["workers"] = new[] { "a", "b" }, ["queues"] = "bench-1:short" },
        };
        await using var probe = kind.Create(definition, ProbeContext.None);
        Assert.Equal("NoWorkers", (await probe.CheckAsync(default)).Reason);
        await stack.StartWorkerAsync("a", "default", "bench-1:short");
        Assert.Equal("Missing", (await probe.CheckAsync(default)).Reason);
        var b = await stack.StartWorkerAsync("b");
        Assert.Equal(ProbeStatus.Healthy, (await probe.CheckAsync(default)).Status);

        await stack.SendAsync("sleep", "default", 0.01);
        await using var system = await stack.OpenAsync();
        var times = new List<double>();
        for (var i = 0; i < 21; i++)
        {
            var clock = Stopwatch.StartNew();
            await system.GetQueuesAsync([], default);
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        var info = Stopwatch.StartNew();
        var result = await Shell.RunAsync("rq", ["info", "--url", stack.Redis.Address]);
        Assert.Equal(0, result.ExitCode);
        output.WriteLine(
            $"queues: median {times[10]:0.00} ms, worst {times[^1]:0.0} ms; rq info {info.ElapsedMilliseconds} ms: "
                + $"{info.ElapsedMilliseconds / times[10]:0} times"
        );

        b.Kill(entireProcessTree: true);
        await b.WaitForExitAsync();
        var seen = await probe.CheckAsync(default);
        Assert.Equal((ProbeStatus.Unhealthy, "Missing"), (seen.Status, seen.Reason));
        Assert.Contains("gone", seen.Detail, StringComparison.Ordinal);
    }
}
