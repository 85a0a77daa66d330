using OpsRestart.Adapters.Amqp;
using OpsRestart.Adapters.Queues.Celery;
using OpsRestart.Adapters.Queues.Celery.OverAmqp;

namespace OpsRestart.Tests.Units.Queues;

public sealed class AmqpSightTests
{
    [Theory]
    [InlineData(true, "classic", true)]
    [InlineData(true, "classic,classic", true)]
    [InlineData(true, "classic,quorum", false)]
    [InlineData(false, "classic", false)]
    [InlineData(true, "", false)]
    public void Only_live_numbers_of_some_queue_beside_the_workers_connections_show_everything(
        bool seesConnections,
        string types,
        bool isFull
    )
    {
        // None: workers whose queues were taken from them name none. Then nothing was counted, and what they hold was not seen.
        QueueTotals[] totals =
        [
            .. types.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static t => new QueueTotals { Name = t, Type = t }),
        ];
        Assert.Equal(isFull, AmqpTransport.SightOf(seesConnections, totals) == BrokerSight.Full);
    }
}
