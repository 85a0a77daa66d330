using System.Globalization;
using OpsRestart.Tests.System.Amqp;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Queues;

[Collection("rabbitmq")]
public sealed class RabbitMqCeleryDrainTests(RabbitServer server, ITestOutputHelper output)
{
    [Theory]
    [InlineData(true, "classic", 20, DrainConfidence.Exact, 100)]
    [InlineData(false, "classic", 20, DrainConfidence.Inspect, 1500)]
    [InlineData(true, "quorum", 20, DrainConfidence.Inspect, 1500)]
    public async Task Drains_of_tasks_that_send_others_have_no_false_verdict(
        bool management,
        string type,
        int drains,
        DrainConfidence confidence,
        int median
    )
    {
        await using var stack = await AmqpCeleryStack.StartAsync(server, ("QUEUE_TYPE", type), ("RATE", ""));
        stack.Launch("a", "-c", "2");
        await stack.StartWorkerAsync("b", "-c", "1");
        await using var system = await stack.OpenAsync(management);
        await Eventually.IsTrueAsync(async () => (await system.GetWorkersAsync(default)).Count == 2, TimeSpan.FromSeconds(30));
        var late = new List<double>();
        var random = new Random(7);
        for (var drain = 0; drain < drains; drain++)
        {
            for (var i = 0; i < 4; i++)
            {
                await stack.SendAsync(i == 0 ? "latechain" : "chain", [random.Next(4, 12), random.Next(1, 80) / 1000.0]);
            }

            var result = await AmqpCeleryStack.DrainAsync(system);
            Assert.True(result.IsDrained, string.Join("; ", result.Evidence));
            Assert.Equal(confidence, result.Confidence);

            // False when anything began or ended after the verdict.
            await Task.Delay(300);
            Assert.Empty(stack.Ledger.After(result.At));
            late.Add((result.At - stack.Ledger.LastEnd).TotalMilliseconds);
        }

        late.Sort();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{type}, management {management}: {stack.Ledger.Ended} tasks; verdict after the true end: median "
                    + $"{late[drains / 2]:0} ms, worst {late[^1]:0} ms"
            )
        );
        Pace.AssertWithin(TimeSpan.FromMilliseconds(late[drains / 2]), TimeSpan.FromMilliseconds(median), "(median)");
        Assert.Equal(stack.Ledger.EndedIds.Count, stack.Ledger.EndedIds.Distinct().Count());
    }

    [Fact]
    public async Task A_worker_that_began_its_shutdown_before_the_drain_is_waited_for_by_its_connection_alone()
    {
        await using var stack = await AmqpCeleryStack.StartAsync(server);
        var leaving = await stack.StartWorkerAsync("a", "-c", "1");
        await stack.StartWorkerAsync("b", "-c", "1", "-Q", "other");
        await stack.SendAsync("sleep", [14]);

        // The broker tells of a channel's prefetch up to 5 s late.
        await Task.Delay(TimeSpan.FromSeconds(7));
        await AmqpCeleryStack.SignalAsync(leaving, "TERM");
        await using var system = await stack.OpenAsync();
        await Eventually.IsTrueAsync(async () => (await system.GetWorkersAsync(default)).Count == 1);
        var result = await AmqpCeleryStack.DrainAsync(system);
        Assert.Equal((DrainVerdict.Drained, DrainConfidence.Exact), (result.Verdict, result.Confidence));
        Assert.Equal(1, stack.Ledger.Ended);
        Assert.True(result.At > stack.Ledger.LastEnd);
        Assert.True(result.Took > TimeSpan.FromSeconds(2), $"{result.Took}");
    }

    [Fact]
    public async Task A_worker_killed_with_KILL_leaves_its_tasks_waiting_and_no_workers_is_not_drained()
    {
        await using var stack = await AmqpCeleryStack.StartAsync(server);
        var worker = await stack.StartWorkerAsync("a", "-c", "1");
        for (var i = 0; i < 5; i++)
        {
            await stack.SendAsync("late", [3]);
        }

        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 1);
        await using var system = await stack.OpenAsync();
        var draining = AmqpCeleryStack.DrainAsync(system);
        await Task.Delay(500);
        worker.Kill(entireProcessTree: true);
        var killed = await draining;
        Assert.Equal((DrainVerdict.NoWorkers, 5L), (killed.Verdict, killed.Waiting));

        await stack.StartWorkerAsync("b", "-c", "5");
        var result = await AmqpCeleryStack.DrainAsync(system);
        Assert.Equal((DrainVerdict.Drained, 5), (result.Verdict, stack.Ledger.Ended));
    }

    [Fact]
    public async Task A_broker_restarted_in_the_middle_is_away_and_then_drained()
    {
        await using var stack = await AmqpCeleryStack.StartAsync(server);
        await stack.StartWorkerAsync("a", "-c", "2");
        await using var system = await stack.OpenAsync();
        for (var i = 0; i < 30; i++)
        {
            await stack.SendAsync("late", [0.4]);
        }

        var verdicts = new List<DrainVerdict>();
        var draining = AmqpCeleryStack.DrainAsync(system, seconds: 120, progress: p => verdicts.Add(p.Verdict));
        await Eventually.IsTrueAsync(() => stack.Ledger.Ended > 3);
        await server.StopAsync();
        await server.StartAsync();
        var result = await draining;
        output.WriteLine(string.Join(' ', verdicts.GroupBy(static v => v).Select(static g => $"{g.Key} {g.Count()}")));
        Assert.True(result.IsDrained, result.Verdict + ": " + string.Join("; ", result.Evidence));
        Assert.Contains(DrainVerdict.Unreachable, verdicts);
        await Task.Delay(300);
        Assert.Empty(stack.Ledger.After(result.At));
        Assert.Equal(30, stack.Ledger.EndedIds.Distinct().Count());
    }

    [Fact]
    public async Task ETA_tasks_are_held_at_drained_and_waited_for_at_quiescent()
    {
        await using var stack = await AmqpCeleryStack.StartAsync(server);
        await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync();
        await stack.SendAsync("sleep", [0.5]);
        await stack.SendAsync("sleep", [0.1], new { countdown = 8 });
        var drained = await AmqpCeleryStack.DrainAsync(system);
        Assert.Equal((DrainVerdict.Drained, DrainConfidence.Exact, 1L), (drained.Verdict, drained.Confidence, drained.Held));
        Assert.Equal(1, stack.Ledger.Ended);
        await using (var blind = await stack.OpenAsync(management: false))
        {
            var early = await AmqpCeleryStack.DrainAsync(blind, DrainLevel.Quiescent, seconds: 2);
            Assert.Equal(DrainVerdict.Busy, early.Verdict);
        }

        var quiescent = await AmqpCeleryStack.DrainAsync(system, DrainLevel.Quiescent);
        Assert.Equal((DrainVerdict.Drained, 2), (quiescent.Verdict, stack.Ledger.Ended));
    }

    [Theory]
    [InlineData(true, "classic")]
    [InlineData(true, "quorum")]
    [InlineData(false, "classic")]
    public async Task Tasks_that_wait_for_their_rate_inside_a_worker_are_not_overlooked(bool management, string type)
    {
        await using var stack = await AmqpCeleryStack.StartAsync(server, ("QUEUE_TYPE", type));
        await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync(management);
        for (var i = 0; i < 4; i++)
        {
            await stack.SendAsync("limited", []);
        }

        var result = await AmqpCeleryStack.DrainAsync(system);
        Assert.Equal((DrainVerdict.Drained, 4), (result.Verdict, stack.Ledger.Ended));
        Assert.True(result.At > stack.Ledger.LastEnd);
    }
}
