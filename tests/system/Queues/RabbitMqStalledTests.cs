using OpsRestart.Adapters.Amqp;
using OpsRestart.Adapters.Queues.RabbitMq;
using OpsRestart.Core.Abstractions;
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

        await using var system = new RabbitMqQueueSystem(AmqpEndpoint.Parse(server.Address), new RabbitMqSettings { Management = server.Management }, TimeProvider.System);
        await using var probe = await system.OpenDrainAsync(new DrainRequest { Queues = ["stall.a", "stall.b"] }, default);
        Assert.Equal(DrainVerdict.NoWorkers, (await probe.LookAsync(default)).Verdict);
        await server.SignalAsync("STOP");
        try
        {
            Assert.Equal(DrainVerdict.Unreachable, (await probe.LookAsync(default)).Verdict);
        }
        finally
        {
            await server.SignalAsync("CONT");
        }

        await Eventually.IsTrueAsync(async () => await probe.LookAsync(default) is { Verdict: DrainVerdict.NoWorkers });
        var queues = await system.GetQueuesAsync(["stall.a", "stall.b"], default);
        Assert.Equal([3, 0], queues.Select(static q => q.Ready));
    }
}
