using System.Diagnostics;
using OpsRestart.Adapters.Composition;
using OpsRestart.Adapters.Queues.Celery;
using OpsRestart.Core.Probes;
using OpsRestart.Core.Queues;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Queues;

public sealed class CeleryListingTests(ITestOutputHelper output)
{
    private static Task<DrainResult> DrainAsync(IWorkQueueSystem system, double seconds = 30, params string[] queues) =>
        new DrainWaiter(TimeProvider.System).WaitAsync(
            system,
            "load",
            new DrainRequest { Queues = queues },
            TimeSpan.FromSeconds(seconds),
            static _ => { },
            default
        );

    private static ProbeDefinition Definition(CeleryStack stack, params string[] workers) =>
        new()
        {
            Kind = "celery",
            Target = stack.Redis.Address,
            Settings = new Dictionary<string, object?> { ["workers"] = workers },
        };

    [Fact]
    public async Task Lists_queues_workers_and_tasks_with_their_states()
    {
        await using var stack = await CeleryStack.StartAsync(("PREFETCH", "1"));
        await stack.StartWorkerAsync("a", "-c", "2");
        await using var system = await stack.OpenAsync();
        var running = await stack.SendAsync("sleep", [20]);
        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 1);
        await stack.SendAsync("late", [21]);
        await stack.SendAsync("sleep", [22]);
        await stack.SendAsync("sleep", [23]);
        var urgent = await stack.SendAsync("sleep", [24], new { priority = 9 });
        var eta = await stack.SendAsync("sleep", [25], new { queue = "empty" });
        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 2);

        var worker = Assert.Single(await system.GetWorkersAsync(default));
        Assert.Equal(
            (CeleryStack.NodeName("a"), QueueWorkerState.Busy, 2, 2),
            (worker.Name, worker.State, worker.Concurrency, worker.Active)
        );
        Assert.Equal(2, worker.ChildPids.Count);
        Assert.Equal(["celery"], worker.Queues);
        var queues = await system.GetQueuesAsync([], default);
        var main = Assert.Single(queues, static q => q.Name == "celery");
        Assert.Equal((5 - 2L, 1), (main.Ready + main.Unacked - 1, main.Consumers));
        Assert.Equal((1L, 0), queues.Where(static q => q.Name == "empty").Select(static q => (q.Ready, q.Consumers)).Single());

        var tasks = await system.GetTasksAsync(
            new WorkerTaskQuery { States = [WorkerTaskState.Active, WorkerTaskState.Reserved, WorkerTaskState.Ready] },
            default
        );
        var active = Assert.Single(tasks, t => t.Id == running);
        Assert.Equal(
            (WorkerTaskState.Active, "load.sleep", "[20]", CeleryStack.NodeName("a")),
            (active.State, active.Name, active.Arguments, active.Worker)
        );
        Assert.Contains(active.Pid!.Value, worker.ChildPids);
        Assert.InRange(active.Age!.Value.TotalSeconds, 0, 20);
        Assert.Equal(6, tasks.Count);
        Assert.Equal("empty", Assert.Single(tasks, t => t.Id == eta).Queue);
        Assert.Equal("celery", Assert.Single(tasks, t => t.Id == urgent).Queue);
        Assert.Equal(
            OpsError.QueueNotFound,
            (await Assert.ThrowsAsync<CeleryException>(() => system.GetQueuesAsync(["nosuch"], default))).Error
        );

        // One waiting task is taken out, the running one is ended, the rest is cleared: nothing is left and nothing was lost silently.
        Assert.Contains(
            "taken out",
            (await system.StopTaskAsync(eta, false, null, default)).Detail + (await CountAsync(system, "empty")),
            StringComparison.Ordinal
        );
        var unknown = await system.StopTaskAsync("no-such-task", false, null, default);
        Assert.False(unknown.Stopped || unknown.IsRunning, unknown.Detail);
        var goesOn = await system.StopTaskAsync(running, false, null, default);
        Assert.True(!goesOn.Stopped && goesOn.IsRunning, goesOn.Detail);
        Assert.Contains("signal", (await system.StopTaskAsync(running, true, null, default)).Detail, StringComparison.Ordinal);
        await Eventually.IsTrueAsync(async () => (await system.GetTasksAsync(new WorkerTaskQuery(), default)).All(t => t.Id != running));
        var waiting = (await system.GetQueuesAsync(["celery"], default)).Single().Ready;
        Assert.Equal(waiting, await system.ClearAsync("celery", default));
    }

    [Fact]
    public async Task A_probe_says_that_a_worker_is_suspended_or_consumes_something_else()
    {
        await using var stack = await CeleryStack.StartAsync();
        await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync();
        async Task<(ProbeStatus, string)> CheckAsync(params string[] queues)
        {
            var settings = new Dictionary<string, object?> { ["queues"] = queues };
            var result = await Probes
                .ProbeCheck.Factory.Create(
                    new ProbeDefinition
                    {
                        Kind = "celery",
                        Target = stack.Redis.Address,
                        Settings = settings,
                    },
                    ProbeContext.None
                )
                .CheckAsync(default);
            return (result.Status, result.Reason);
        }

        await Eventually.IsTrueAsync(async () => await CheckAsync("celery") == (ProbeStatus.Healthy, "PONG"));
        Assert.Equal((ProbeStatus.Degraded, "NotConsuming"), await CheckAsync("celery", "mail"));
        await using var lease = await system.SuspendAsync(new SuspendRequest(), default);
        Assert.Equal((ProbeStatus.Degraded, "Suspended"), await CheckAsync());
        await lease.ResumeAsync(default);
        await Eventually.IsTrueAsync(async () => await CheckAsync("celery") == (ProbeStatus.Healthy, "PONG"));
    }

    [Fact]
    public async Task Pings_in_milliseconds_and_says_who_is_missing()
    {
        await using var stack = await CeleryStack.StartAsync();
        var kind = Probes.ProbeCheck.Factory;
        await using var any = kind.Create(Definition(stack), ProbeContext.None);
        Assert.Equal("NoWorkers", (await any.CheckAsync(default)).Reason);
        stack.Launch("a", "-c", "1");
        var b = await stack.StartWorkerAsync("b", "-c", "1");
        await Eventually.IsTrueAsync(async () => (await any.CheckAsync(default)).Detail.StartsWith("2 of 2", StringComparison.Ordinal));
        await using var both = kind.Create(Definition(stack, "a@{hostname}", "b@*"), ProbeContext.None);
        var times = new List<double>();
        for (var i = 0; i < 21; i++)
        {
            var result = await both.CheckAsync(default);
            Assert.Equal((ProbeStatus.Healthy, "PONG"), (result.Status, result.Reason));
            times.Add(result.Latency.TotalMilliseconds);
        }

        times.Sort();
        var clock = Stopwatch.StartNew();
        var inspect = await Shell.RunAsync("env", ["-u", "NO_COLOR", "celery", "-b", stack.Redis.Address, "inspect", "ping"]);
        Assert.Equal(0, inspect.ExitCode);
        output.WriteLine(
            $"ping with connecting: median {times[10]:0.00} ms, worst {times[^1]:0.0} ms; celery inspect ping "
                + $"{clock.ElapsedMilliseconds} ms: {clock.ElapsedMilliseconds / times[10]:0} times"
        );
        Assert.Equal("Missing", (await kind.Create(Definition(stack, "c@{hostname}"), ProbeContext.None).CheckAsync(default)).Reason);
        await CeleryStack.SignalAsync(b, "STOP");
        Assert.Equal((ProbeStatus.Degraded, "NoReply"), await StateAsync(any));
        Assert.Equal((ProbeStatus.Unhealthy, "Missing"), await StateAsync(both));
        await stack.Redis.KillAsync();
        Assert.Equal((ProbeStatus.Unhealthy, "Refused"), await StateAsync(any));

        static async Task<(ProbeStatus, string)> StateAsync(IProbe probe)
        {
            var result = await probe.CheckAsync(default);
            return (result.Status, result.Reason);
        }
    }

    [Fact]
    public async Task A_worker_that_takes_only_its_own_content_type_is_found_out_and_drained()
    {
        await using var stack = await CeleryStack.StartAsync(("CONTENT", "nautobot"), ("QUEUE", "default"));
        await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync();
        Assert.Equal(["default"], Assert.Single(await system.GetWorkersAsync(default)).Queues);
        await stack.SendAsync("chain", [5, 0.05]);
        var result = await DrainAsync(system);
        Assert.True(result.IsDrained, string.Join("; ", result.Evidence));
        Assert.Equal(6, stack.Ledger.Ended);
        Assert.Contains("ContentDisallowed", stack.LogOf("a"), StringComparison.Ordinal);
        await stack.SendAsync("sleep", [0.01]);
        Assert.True((await DrainAsync(system)).IsDrained);
    }

    [Fact]
    public async Task Prefix_priorities_and_separator_are_learnt_or_given()
    {
        await using var stack = await CeleryStack.StartAsync(
            ("TRANSPORT_OPTIONS", "{\"global_keyprefix\": \"app1:\", \"sep\": \"~\", \"priority_steps\": [0, 1, 2]}"),
            ("PREFETCH", "1")
        );
        await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync(("keyPrefix", "app1:"));
        foreach (var priority in new[] { 0, 1, 2, 2, 2 })
        {
            await stack.SendAsync("sleep", [0.5], new { priority });
        }

        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 1);
        var queue = Assert.Single(await system.GetQueuesAsync([], default));
        Assert.Equal(("celery", 4L), (queue.Name, queue.Ready + queue.Unacked));
        var result = await DrainAsync(system);
        Assert.True(result.IsDrained, string.Join("; ", result.Evidence));
        Assert.Equal(5, stack.Ledger.Ended);

        // With another prefix no worker answers, but somebody takes tasks: that is not "no workers", and not drained.
        await using var wrong = await stack.OpenAsync(("keyPrefix", "app2:"));
        await using var probe = await wrong.OpenDrainAsync(new DrainRequest(), default);
        var seen = await DrainWaiter.LookAsync(probe, default);
        Assert.Equal(DrainVerdict.Busy, seen.Verdict);
        Assert.Contains("keyPrefix", string.Join("; ", seen.Evidence), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_of_ours_is_left_in_the_broker_and_late_replies_expire()
    {
        await using var stack = await CeleryStack.StartAsync();
        await stack.StartWorkerAsync("a", "-c", "1");
        var hanging = await stack.StartWorkerAsync("b", "-c", "1");
        await using var redis = await stack.Redis.ConnectAsync();
        async Task<IReadOnlyList<string>> OursAsync() => [.. (await redis.CallAsync(new("KEYS", "*opsrestart*"), default)).Texts()];
        await using (var system = await stack.OpenAsync())
        {
            await system.GetWorkersAsync(default);
        }

        Assert.Empty(await OursAsync());
        await CeleryStack.SignalAsync(hanging, "STOP");
        await using (var system = await stack.OpenAsync())
        {
            await system.GetWorkersAsync(default);
        }

        await CeleryStack.SignalAsync(hanging, "CONT");
        await Task.Delay(1000);
        var left = Assert.Single(await OursAsync());
        Assert.InRange((await redis.CallAsync(new("TTL", left), default)).Integer, 1, 300);
    }

    [Fact]
    public async Task Without_the_right_to_CLIENT_LIST_a_drain_is_timed()
    {
        await using var stack = await CeleryStack.StartAsync();
        await stack.StartWorkerAsync("a", "-c", "1");
        await using (var admin = await stack.Redis.ConnectAsync())
        {
            await admin.CallAsync(new("ACL", "SETUSER", "ops", "on", ">pw", "~*", "&*", "+@all", "-client"), default);
        }

        var definition = stack.Definition() with { Broker = stack.Redis.Address.Replace("://", "://ops:pw@", StringComparison.Ordinal) };
        await using var system = await new OpsSession().Queues.OpenAsync(definition, default);
        await stack.SendAsync("chain", [5, 0.05]);
        var result = await DrainAsync(system);
        Assert.Equal((true, DrainConfidence.Timed), (result.IsDrained, result.Confidence));
        Assert.Equal(6, stack.Ledger.Ended);
    }

    [Fact]
    public async Task One_queue_is_drained_while_another_is_busy()
    {
        await using var stack = await CeleryStack.StartAsync();
        stack.Launch("a", "-c", "1", "-Q", "mine");
        await stack.StartWorkerAsync("b", "-c", "1", "-Q", "other");
        await using var system = await stack.OpenAsync();
        await Eventually.IsTrueAsync(async () => (await system.GetWorkersAsync(default)).Count == 2);
        await stack.SendAsync("sleep", [15], new { queue = "other" });
        await stack.SendAsync("sleep", [1], new { queue = "mine" });
        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 2);
        var result = await DrainAsync(system, 10, "mine");
        Assert.True(result.IsDrained, string.Join("; ", result.Evidence));
        Assert.Equal(1, stack.Ledger.Ended);
        Assert.Equal(DrainVerdict.Busy, (await DrainAsync(system, 0.5)).Verdict);
    }

    private static async Task<long> CountAsync(IWorkQueueSystem system, string queue) =>
        (await system.GetQueuesAsync([], default)).Where(q => q.Name == queue).Sum(static q => q.Ready);
}
