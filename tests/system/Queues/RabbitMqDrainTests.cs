using System.Diagnostics;
using System.Globalization;
using OpsRestart.Adapters.Amqp;
using OpsRestart.Adapters.Queues.RabbitMq;
using OpsRestart.Core.Queues;
using OpsRestart.Tests.System.Amqp;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Queues;

[Collection("rabbitmq")]
public sealed class RabbitMqDrainTests(RabbitServer server, ITestOutputHelper output)
{
    private static readonly string[] Queues = ["mill.a", "mill.b", "mill.c"];

    // Takes two messages and never acknowledges.
    private const string Holder = """
        import amqp, sys
        connection = amqp.Connection(sys.argv[1])
        connection.connect()
        channel = connection.channel()
        channel.basic_qos(0, 2, False)
        channel.basic_consume(sys.argv[2], callback=lambda message: None)
        while True:
            connection.drain_events()
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Twenty_drains_of_messages_that_make_messages_end_only_when_all_is_done()
    {
        server.Needed();
        await using var mill = await RabbitMqMill.CreateAsync(server.Address, "classic", Queues);
        await mill.StartConsumerAsync();
        await mill.StartConsumerAsync();
        await using var system = Open();
        var late = new List<double>();
        for (var drain = 0; drain < 20; drain++)
        {
            for (var i = 0; i < 4; i++)
            {
                await mill.SendAsync(depth: 5, milliseconds: 4 + (drain * 3));
            }

            var result = await DrainAsync(system);
            Assert.Equal((DrainVerdict.Drained, DrainConfidence.Timed, 0), (result.Verdict, result.Confidence, mill.Open));
            late.Add(TimeProvider.System.GetElapsedTime(mill.LastDone).TotalMilliseconds);
        }

        late.Sort();
        output.WriteLine(
            FormattableString.Invariant(
                $"{mill.Started} messages; verdict after the true end: median {late[10]:0} ms, worst {late[^1]:0} ms"
            )
        );
        Pace.AssertWithin(TimeSpan.FromMilliseconds(late[10]), TimeSpan.FromSeconds(1), "(median)");
    }

    [Fact]
    public async Task Quorum_queues_are_held_empty_for_two_ticks_before_they_count_as_drained()
    {
        server.Needed();
        await using var mill = await RabbitMqMill.CreateAsync(server.Address, "quorum", Queues);
        await mill.StartConsumerAsync();
        await using var system = Open();

        // Longer than a tick each, and never ready for long: only the ticks show them.
        await mill.SendAsync(depth: 2, milliseconds: 4000);
        var result = await DrainAsync(system);
        Assert.Equal((DrainVerdict.Drained, 0), (result.Verdict, mill.Open));
        var after = TimeProvider.System.GetElapsedTime(mill.LastDone);
        Assert.True(after >= TimeSpan.FromSeconds(5), $"{after}");
        Pace.AssertWithin(after, TimeSpan.FromSeconds(18));
        Assert.Contains(result.Evidence, static l => l.Contains("quorum", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_management_API_a_drain_is_refused_and_the_counts_say_what_they_lack()
    {
        server.Needed();
        await using var mill = await RabbitMqMill.CreateAsync(server.Address, "classic", Queues);
        await mill.StartConsumerAsync();
        await using var blind = Open(new RabbitMqSettings { Management = "off" });
        var refused = await Assert.ThrowsAsync<RabbitMqException>(() => DrainAsync(blind));
        Assert.Equal(OpsError.PreflightFailed, refused.Error);
        Assert.Contains("rabbitmq_management", refused.Advice, StringComparison.Ordinal);
        var queues = await blind.GetQueuesAsync(Queues, Cancelled);
        Assert.All(queues, static q => Assert.Contains("not visible", q.Freshness, StringComparison.Ordinal));
        Assert.Equal(
            OpsError.InvalidArgument,
            (await Assert.ThrowsAsync<RabbitMqException>(() => blind.GetQueuesAsync([], Cancelled))).Error
        );
        await using var planned = new RabbitMqSystem(
            AmqpEndpoint.Parse(server.Address),
            new RabbitMqSettings { Management = "off" },
            TimeProvider.System,
            new DrainRequest { Queues = Queues }
        );
        var finding = Assert.Single(await planned.FindRisksAsync(Cancelled));
        Assert.Equal((FindingSeverity.Error, nameof(OpsError.PreflightFailed)), (finding.Severity, finding.Code));
    }

    [Fact]
    public async Task Consumers_that_never_acknowledge_make_a_drain_impossible_to_judge()
    {
        server.Needed();
        await using var mill = await RabbitMqMill.CreateAsync(server.Address, "classic", Queues);
        await mill.StartConsumerAsync(autoAck: true);
        await using var system = Open();
        // Consumers of the test before may still be listed.
        await Eventually.IsTrueAsync(async () => (await system.GetWorkersAsync(Cancelled)).Count >= Queues.Length);
        var refused = await Assert.ThrowsAsync<RabbitMqException>(() => DrainAsync(system));
        Assert.Equal(OpsError.PreflightFailed, refused.Error);
        Assert.Contains("do not acknowledge", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_consumer_killed_with_KILL_leaves_its_messages_waiting_for_nobody_until_another_comes()
    {
        server.Needed();
        Assert.SkipUnless(File.Exists("/usr/lib/python3/dist-packages/amqp/__init__.py"), "python3-amqp is not in this host");
        await using var mill = await RabbitMqMill.CreateAsync(server.Address, "classic", Queues);
        for (var i = 0; i < 6; i++)
        {
            await mill.SendAsync(depth: 0, milliseconds: 20);
        }

        using var holder = Process.Start(
            "python3",
            ["-c", Holder, string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{server.Port}"), "mill.a"]
        );
        await using var system = Open();
        await using (var probe = await system.OpenDrainAsync(new DrainRequest { Queues = Queues }, Cancelled))
        {
            await Eventually.IsTrueAsync(async () =>
                await DrainWaiter.LookAsync(probe, Cancelled) is { Verdict: DrainVerdict.Busy, Waiting: 4, Held: 2 }
            );
            holder.Kill();
            await Eventually.IsTrueAsync(
                async () => await DrainWaiter.LookAsync(probe, Cancelled) is { Verdict: DrainVerdict.NoWorkers, Waiting: 6, Held: 0 },
                TimeSpan.FromSeconds(3)
            );
        }

        await mill.StartConsumerAsync();
        var result = await DrainAsync(system);
        Assert.Equal((DrainVerdict.Drained, 0), (result.Verdict, mill.Open));
    }

    [Fact]
    public async Task A_broker_that_is_restarted_in_the_middle_is_away_and_then_drained_with_nothing_lost()
    {
        server.Needed();
        await using var mill = await RabbitMqMill.CreateAsync(server.Address, "classic", Queues);
        await mill.StartConsumerAsync();
        for (var i = 0; i < 6; i++)
        {
            await mill.SendAsync(depth: 8, milliseconds: 150);
        }

        await using var system = Open();
        var verdicts = new List<DrainVerdict>();
        var draining = DrainAsync(system, p => verdicts.Add(p.Verdict));
        await Eventually.IsTrueAsync(() => mill.Started > 5);
        await server.StopAsync();
        await Task.Delay(1000, Cancelled);
        await server.StartAsync();
        var result = await draining;
        output.WriteLine(string.Join(' ', verdicts.GroupBy(static v => v).Select(static g => $"{g.Key} {g.Count()}")));
        Assert.Equal((DrainVerdict.Drained, 0), (result.Verdict, mill.Open));
        Assert.Contains(DrainVerdict.Unreachable, verdicts);
    }

    private RabbitMqSystem Open(RabbitMqSettings? settings = null) =>
        new(
            AmqpEndpoint.Parse(server.Address),
            (settings ?? new RabbitMqSettings()) with
            {
                Management = settings?.Management ?? server.Management,
            },
            TimeProvider.System
        );

    private static Task<DrainResult> DrainAsync(RabbitMqSystem system, Action<DrainProgress>? progress = null) =>
        new DrainWaiter(TimeProvider.System).WaitAsync(
            system,
            "mill",
            new DrainRequest { Queues = Queues },
            TimeSpan.FromSeconds(90),
            progress ?? (static _ => { }),
            Cancelled
        );
}
