using System.Diagnostics;
using OpsRestart.Core.Queues;
using OpsRestart.Tests.System.Amqp;
using OpsRestart.Tests.System.Harness;
using RabbitMQ.Client;

namespace OpsRestart.Tests.System.Queues;

/// <summary>
/// Celery 5.5's native delayed delivery, with the queues that kombu declares for it (kombu.transport.native_delayed_delivery) and a Celery
/// of any version.
/// </summary>
[Collection("rabbitmq")]
public sealed class RabbitMqDelayedTests(RabbitServer server)
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tasks_that_the_broker_keeps_until_their_time_are_scheduled_and_no_backlog(bool management)
    {
        await using var stack = await AmqpCeleryStack.StartAsync(server);
        await using var connection = await new ConnectionFactory { Uri = new Uri(stack.Broker) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true)
        );
        for (var level = 0; level < 28; level++)
        {
            await channel.QueueDeclareAsync(
                $"celery_delayed_{level}",
                durable: true,
                exclusive: false,
                autoDelete: false,
                new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }
            );
        }

        await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync(management);
        await channel.BasicPublishAsync("", "celery_delayed_7", "{}"u8.ToArray());
        await channel.BasicPublishAsync("", "celery_delayed_2", "{}"u8.ToArray());
        await Eventually.IsTrueAsync(async () => (await system.GetQueuesAsync([], default)).Single().Scheduled == 2);
        Assert.Equal("celery", (await system.GetQueuesAsync([], default)).Single().Name);

        var waiting = await AmqpCeleryStack.DrainAsync(system, DrainLevel.Quiescent, seconds: 2);
        Assert.False(waiting.IsDrained);
        Assert.Contains(
            waiting.Evidence,
            static e => e.Contains("2 ETA or retry task(s) wait for their time in the broker", StringComparison.Ordinal)
        );
        await using (await system.SuspendAsync(new SuspendRequest(), default))
        {
            var drained = await AmqpCeleryStack.DrainAsync(system, DrainLevel.Drained, seconds: 30);
            Assert.True(drained.IsDrained, string.Join("; ", drained.Evidence));
        }

        await channel.QueuePurgeAsync("celery_delayed_7");
        await channel.QueuePurgeAsync("celery_delayed_2");
        var quiescent = await AmqpCeleryStack.DrainAsync(system, DrainLevel.Quiescent, seconds: 30);
        Assert.True(quiescent.IsDrained, string.Join("; ", quiescent.Evidence));
    }

    [Fact]
    public async Task A_task_that_Celery_itself_left_in_the_broker_until_its_time_is_waited_for_at_level_quiescent()
    {
        Assert.SkipUnless(await KnowsDelayedDeliveryAsync(), "native delayed delivery takes Celery 5.5");
        await using var stack = await AmqpCeleryStack.StartAsync(server, ("QUEUE_TYPE", "native"));
        await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync();
        var (sent, clock) = (0, Stopwatch.StartNew());
        await Eventually.IsTrueAsync(
            async () =>
            {
                // Celery sends without confirms: a queue that has just been declared may not take the first one (seen on a busy machine).
                if (clock.Elapsed >= Again * sent)
                {
                    await stack.SendAsync("sleep", [0.01], new { countdown = 25 });
                    sent++;
                }

                return (await system.GetQueuesAsync([], default)).Sum(static q => q.Scheduled) >= 1;
            },
            Again * 5
        );
        var drained = await AmqpCeleryStack.DrainAsync(system, DrainLevel.Drained, seconds: 15);
        Assert.True(drained.IsDrained, string.Join("; ", drained.Evidence));
        Assert.Equal(0, stack.Ledger.Begun);

        var quiescent = await AmqpCeleryStack.DrainAsync(system, DrainLevel.Quiescent, seconds: 90);
        Assert.True(quiescent.IsDrained, string.Join("; ", quiescent.Evidence));
        Assert.InRange(stack.Ledger.Ended, 1, sent);
        Assert.True(quiescent.At >= stack.Ledger.LastEnd);
    }

    private static async Task<bool> KnowsDelayedDeliveryAsync() =>
        (await Shell.BashAsync("python3 -c 'import kombu.transport.native_delayed_delivery' 2>/dev/null && echo yes || true")).Contains(
            "yes",
            StringComparison.Ordinal
        );
}
