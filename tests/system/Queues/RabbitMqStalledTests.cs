using System.Diagnostics;
using OpsRestart.Adapters.Amqp;
using OpsRestart.Adapters.Queues.RabbitMq;
using OpsRestart.Core.Queues;
using OpsRestart.Tests.System.Amqp;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Queues;

[Collection("rabbitmq")]
public sealed class RabbitMqStalledTests(RabbitServer server)
{
    [Theory]
    [InlineData("quorum")]
    [InlineData("classic")]
    public async Task A_broker_that_hangs_is_unreachable_and_its_late_answers_are_nobodys(string type)
    {
        server.Needed();
        await using var mill = await RabbitMqMill.CreateAsync(server.Address, type, "stall.a", "stall.b");
        for (var i = 0; i < 3; i++)
        {
            await mill.SendAsync(depth: 0, milliseconds: 1);
        }

        await using var system = new RabbitMqSystem(
            AmqpEndpoint.Parse(server.Address),
            new RabbitMqSettings { Management = server.Management },
            TimeProvider.System
        );
        await using var probe = await system.OpenDrainAsync(new DrainRequest { Queues = ["stall.a", "stall.b"] }, default);
        Assert.Equal(DrainVerdict.NoWorkers, (await DrainWaiter.LookAsync(probe, default)).Verdict);
        await server.SignalAsync("STOP");
        try
        {
            Assert.Equal(DrainVerdict.Unreachable, (await DrainWaiter.LookAsync(probe, default)).Verdict);
        }
        finally
        {
            await server.SignalAsync("CONT");
        }

        await Eventually.IsTrueAsync(async () => await DrainWaiter.LookAsync(probe, default) is { Verdict: DrainVerdict.NoWorkers });
        var queues = await system.GetQueuesAsync(["stall.a", "stall.b"], default);
        Assert.Equal([3, 0], queues.Select(static q => q.Ready));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Celery_on_a_broker_that_hangs_gives_no_answer_within_a_bound_and_goes_on_afterwards(bool management)
    {
        await using var stack = await AmqpCeleryStack.StartAsync(server);
        await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync(management);
        await using var probe = await system.OpenDrainAsync(new DrainRequest(), default);
        await Eventually.IsTrueAsync(async () => await DrainWaiter.LookAsync(probe, default) is { Verdict: DrainVerdict.Drained });
        Assert.Single(await system.GetWorkersAsync(default));
        await server.SignalAsync("STOP");
        try
        {
            var clock = Stopwatch.StartNew();
            Assert.Equal(DrainVerdict.Unreachable, (await DrainWaiter.LookAsync(probe, default)).Verdict);
            Assert.Equal(
                OpsError.ConnectionFailed,
                (await Assert.ThrowsAnyAsync<OpsRestartException>(() => system.GetWorkersAsync(default))).Error
            );
            Assert.Equal(
                OpsError.ConnectionFailed,
                (await Assert.ThrowsAnyAsync<OpsRestartException>(() => system.SuspendAsync(new SuspendRequest(), default))).Error
            );
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(90));
        }
        finally
        {
            await server.SignalAsync("CONT");
        }

        await Eventually.IsTrueAsync(
            async () => await DrainWaiter.LookAsync(probe, default) is { Verdict: DrainVerdict.Drained },
            TimeSpan.FromSeconds(60)
        );
    }
}
