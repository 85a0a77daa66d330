using System.Text.Json;
using OpsRestart.Core.Planning;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>The message bus is operated while devices publish all the time; every message is counted from its acknowledgement to its task.</summary>
[Collection("message-bus")]
public sealed class MessageBusTests(MessageBusStack stack, ITestOutputHelper output) : StackTest(stack, output)
{
    private const string Metrics = "http://127.0.0.1:8000/metrics/export/";

    [Fact]
    public async Task A_restart_under_load_loses_no_message_and_does_none_twice()
    {
        await using var load = await MessageBusLoad.StartAsync();
        var before = await Task.WhenAll(stack.Units.Select(InvocationAsync));
        var run = await RunAsync();
        var done = (await MessageBusLoad.DoneAsync()).Count;
        var told = (await MessageBusLoad.FramesAsync()).Count;
        await Eventually.IsTrueAsync(async () =>
            (await MessageBusLoad.FramesAsync()).Skip(told).Count(static f => f.Message is not null) > 20
        );
        var sent = await load.EndAsync();

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(MessageBusStack.Pools.Order(), run.Drains.Select(static d => d.Queue).Order());
        Assert.All(run.Drains, static d => Assert.True(d.IsDrained && d.EndedWorkers.Count == 0, $"{d.Queue}: {d.Verdict}"));
        Assert.Empty(run.Warnings);
        Assert.All(
            stack.Units.Zip(before, await Task.WhenAll(stack.Units.Select(InvocationAsync))),
            static u => Assert.NotEqual(u.Second, u.Third)
        );
        Assert.True(done > 0 && sent > done, $"{sent} published, {done} done when the run ended");

        // The dashboard was away with Daphne, and is greeted again.
        Assert.True((await MessageBusLoad.FramesAsync()).Count(static f => f.Type == "connected") >= 2);
        await AssertNothingLostAsync(atLeast: sent);
        await AssertAllRunAsync();
    }

    [Fact]
    public async Task A_graceful_stop_leaves_no_task_and_a_cold_start_does_what_waited_in_the_broker()
    {
        await using var load = await MessageBusLoad.StartAsync();
        var stop = await RunAsync(new PlanOptions { DrainLevel = DrainLevel.Drained }, operation: GraphOperation.Stop);
        Assert.Equal(RunOutcome.Done, stop.Outcome);
        Assert.All(await Task.WhenAll(stack.Units.Select(Systemctl.StateAsync)), static state => Assert.Equal("inactive", state));

        // What was published and is not done is in Mosquitto's file, by its id.
        var books = await stack.CountAsync();
        Output.WriteLine("stopped: " + books.Text);
        books.AssertNothingLost();
        Assert.True(books is { Running: 0, Waiting: > 0 }, books.Text);
        Assert.Equal(books.Waiting, JsonDocument.Parse(books.Text).RootElement.GetProperty("atBroker").GetInt32());

        var start = await RunAsync(operation: GraphOperation.Start);
        Assert.Equal(RunOutcome.Done, start.Outcome);
        var sent = await load.EndAsync();
        Assert.True(sent > books.Queued, $"{sent} published in the end, {books.Queued} before the start");
        await AssertNothingLostAsync(atLeast: sent);
        await AssertAllRunAsync();
    }

    [Fact]
    public async Task While_one_pool_restarts_the_others_never_stop_working()
    {
        OnOneRelease();
        await using var load = await MessageBusLoad.StartAsync(rate: 20);
        var units = stack.Units.Where(static u => u != "celery@general").ToList();
        var others = await Task.WhenAll(units.Select(InvocationAsync));
        var pool = await InvocationAsync("celery@general");
        var quiet = DateTime.UtcNow;
        await Task.Delay(TimeSpan.FromSeconds(5));
        var run = await RunAsync(new PlanOptions { Names = ["celery@general"] });
        var end = run.StartedAt + run.Duration;
        var sent = await load.EndAsync();

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.NotEqual(pool, await InvocationAsync("celery@general"));
        Assert.Equal(others, await Task.WhenAll(units.Select(InvocationAsync)));
        var done = await MessageBusLoad.DoneAsync();
        foreach (var other in MessageBusStack.Pools.Where(static p => p != "general"))
        {
            // As long as each waits for its next message on a machine that is busy with nothing else, and as busy as this one is meanwhile.
            var idle = LongestGap(done, other, quiet, run.StartedAt);
            var gap = LongestGap(done, other, run.StartedAt, end);
            Output.WriteLine($"{other}: {idle.TotalSeconds:0.00} s before, {gap.TotalSeconds:0.00} s while celery@general restarted");
            Pace.AssertWithin(gap, idle + TimeSpan.FromSeconds(1), other);
        }

        await AssertNothingLostAsync(atLeast: sent);

        // Daphne was up all the time: everything that is done was told.
        await Eventually.IsTrueAsync(async () =>
            !(await MessageBusLoad.DoneAsync())
                .Where(l => l.At > quiet)
                .Select(static l => l.Message)
                .Except((await MessageBusLoad.FramesAsync()).Select(static f => f.Message!))
                .Any()
        );
    }

    [Fact]
    public async Task A_part_that_is_broken_is_named_and_no_other()
    {
        OnOneRelease();
        await BreakAsync("systemctl stop celerybeat", "systemctl start celerybeat", "celerybeat");
        await BreakAsync(
            "systemctl stop mqtt-subscriber",
            "systemctl start mqtt-subscriber",
            "mqtt-subscriber",
            "celery_mqtt_subscriber_connected"
        );

        // A process that runs and does not hear its broker: who looks for a process finds one.
        await BreakAsync(
            Drop("mqtt-subscriber", "ExecStart=", "ExecStart=/bin/sleep infinity") + "systemctl restart mqtt-subscriber",
            Undrop("mqtt-subscriber") + "systemctl restart mqtt-subscriber",
            "mqtt-subscriber",
            "celery_mqtt_subscriber_connected"
        );
        await BreakAsync(
            "redis-cli config set maxmemory 1gb; redis-cli config set maxmemory-policy allkeys-lru",
            "redis-cli config set maxmemory-policy noeviction; redis-cli config set maxmemory 0",
            "redis"
        );
        await BreakAsync(
            "sed -i 's/^topic read .SYS/#&/' /etc/mosquitto/message-bus.acl; systemctl reload mosquitto",
            "sed -i 's/^#topic read .SYS/topic read $SYS/' /etc/mosquitto/message-bus.acl; systemctl reload mosquitto",
            "mosquitto"
        );

        // Daphne is up, and lets nobody in.
        const string token = "/etc/message-bus/dashboard-token";
        await BreakAsync($"cp -p {token} {token}.kept; echo other >{token}", $"mv {token}.kept {token}", "daphne");
        await BreakAsync("systemctl kill --signal=STOP daphne", "systemctl kill --signal=CONT daphne", "daphne", Metrics);
        foreach (var pool in MessageBusStack.Pools.Take(3))
        {
            await BreakAsync($"systemctl stop celery@{pool}", $"systemctl start celery@{pool}", "celery@" + pool, "celery_worker_up");
        }

        // It runs and answers, and takes no work.
        await BreakAsync(
            Celery("cancel_consumer ml_training -d ml_training@$(hostname)"),
            Celery("add_consumer ml_training -d ml_training@$(hostname)"),
            "celery@ml_training"
        );

        // It runs, and hangs.
        await BreakAsync(
            "systemctl kill --signal=STOP celery@external_api",
            "systemctl kill --signal=CONT celery@external_api",
            "celery@external_api",
            "celery_worker_up"
        );
        await BreakAsync(
            """redis-cli set circuit_breaker:mqtt_broker '{"failures": 5}'""",
            "redis-cli del circuit_breaker:mqtt_broker",
            "circuit_breaker_failures"
        );

        foreach (var datastore in (string[])["redis", "mosquitto"])
        {
            await BreakAsync(
                $"mount -t tmpfs -o size=64k tmpfs /var/lib/{datastore}; dd if=/dev/zero of=/var/lib/{datastore}/full bs=1k count=60 2>&1",
                $"umount /var/lib/{datastore}",
                "free"
            );
        }
    }

    /// <summary>It takes a minute or more: once is enough, and it was seen on this one.</summary>
    private static void OnOneRelease() =>
        Assert.SkipUnless(File.ReadAllText("/etc/os-release").Contains("bookworm", StringComparison.Ordinal), "runs on Debian 12 only");

    private static string Celery(string command) =>
        $"cd /opt/message-bus && runuser -u bus -- env -u NO_COLOR celery -A bus control {command.Replace("$(hostname)", Environment.MachineName, StringComparison.Ordinal)}";

    private static string Drop(string unit, params string[] lines) =>
        $"mkdir -p /run/systemd/system/{unit}.service.d; printf '[Service]\\n{string.Join("\\n", lines)}\\n' "
        + $">/run/systemd/system/{unit}.service.d/broken.conf; systemctl daemon-reload; ";

    private static string Undrop(string unit) => $"rm -r /run/systemd/system/{unit}.service.d; systemctl daemon-reload; ";

    private async Task BreakAsync(string fault, string mend, params string[] named)
    {
        await Shell.BashAsync(fault);
        try
        {
            // The metrics tell of a subscriber that is gone a few seconds later.
            IReadOnlyList<string> seen = [];
            await Eventually.IsTrueAsync(
                async () => (seen = await UnwellAsync()).Order(StringComparer.Ordinal).SequenceEqual(named.Order(StringComparer.Ordinal)),
                TimeSpan.FromSeconds(20),
                $"{fault}: expected {string.Join(", ", named)}"
            );
            Output.WriteLine($"{fault}: {string.Join(", ", seen)}");
        }
        finally
        {
            await Shell.BashAsync(mend);
        }

        await Eventually.IsTrueAsync(async () => (await UnwellAsync()).Count == 0, TimeSpan.FromSeconds(60), $"well again after: {mend}");
    }

    /// <summary>What the command calls unwell: nodes by their names, other checks by what they measure, or where.</summary>
    private static async Task<IReadOnlyList<string>> UnwellAsync()
    {
        var status = await OpsRestartAsync("status", "message-bus", "--json");
        var lines = status
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static l => JsonDocument.Parse(l).RootElement)
            .ToList();
        var unwell = lines
            .Where(static l => l.GetProperty("type").GetString() == "node")
            .Where(static n =>
                n.GetProperty("service").GetProperty("state").GetString() != "Running"
                || n.GetProperty("probes").EnumerateArray().Any(static p => p.GetProperty("status").GetString() != "Healthy")
            )
            .Select(static n => n.GetProperty("node").GetString()!)
            .Concat(
                lines
                    .Where(static l => l.GetProperty("type").GetString() == "probe" && l.GetProperty("status").GetString() != "Healthy")
                    .Select(static p =>
                        p.GetProperty("measures").EnumerateArray().Select(static m => m.GetProperty("name").GetString()!).FirstOrDefault()
                            is { } measure
                            ? measure.Split('{', ' ')[0]
                            : p.GetProperty("target").GetString()!
                    )
            )
            .Distinct()
            .ToList();
        Assert.InRange(status.ExitCode, 0, unwell.Count == 0 ? 0 : 1);
        return unwell;
    }

    private static TimeSpan LongestGap(IReadOnlyList<LedgerLine> done, string queue, DateTime from, DateTime to)
    {
        List<DateTime> moments =
        [
            from,
            .. done.Where(l => l.Queue == queue && l.At > from && l.At < to).Select(static l => l.At).Order(),
            to,
        ];
        return moments.Zip(moments.Skip(1), static (a, b) => b - a).Max();
    }
}
