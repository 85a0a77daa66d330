using OpsRestart.Adapters.Amqp;
using OpsRestart.Adapters.Queues.Celery.OverAmqp;

namespace OpsRestart.Tests.Units.Queues;

public sealed class AmqpWorkerConnectionsTests
{
    private static readonly BrokerConsumer Mailbox = new("w1@h.celery.pidbox", "t1", "w1", "h", false, 0);
    private static readonly BrokerConsumer Tasks = new("celery", "t2", "w1", "h", true, 8);
    private static readonly BrokerConnection W1 = new("w1", "py-amqp");
    private static readonly BrokerConnection Web = new("web", "py-amqp");
    private readonly AmqpWorkerConnections _connections = new("celery");

    [Fact]
    public void A_worker_is_one_connection_and_those_that_only_publish_are_none() =>
        Assert.Equal(["w1"], Names(["celery"], [Mailbox, Tasks], [new("w1", true), new("web", false)], [W1, Web]));

    [Fact]
    public void A_worker_without_a_mailbox_that_takes_tasks_counts_too() =>
        Assert.Equal(["w1", "x"], Names(["celery"], [Mailbox, Tasks, Tasks with { Connection = "x" }], [], [W1, new("x", "py-amqp")]));

    [Fact]
    public void A_worker_that_left_its_queues_counts_until_its_connection_is_gone()
    {
        Names(["celery"], [Mailbox, Tasks], [], [W1]);
        Assert.Equal(["w1"], Names(["celery"], [], [], [W1]));
        Assert.Empty(Names(["celery"], [], [], [Web])!);
        Assert.Empty(Names(["celery"], [], [], [W1, Web])!);
    }

    [Fact]
    public void A_worker_that_left_before_anybody_looked_is_known_by_its_prefetch()
    {
        Assert.Equal(["w1"], Names(["celery"], [], [new("w1", true)], [W1]));
        Assert.Empty(Names(["celery"], [], [new("java", true)], [new("java", "RabbitMQ")])!);
        Assert.Empty(Names(["celery"], [Tasks with { Queue = "others" }], [new("w1", true)], [W1])!);
    }

    [Fact]
    public void What_others_consume_is_not_Celerys() =>
        Assert.Equal(["orders"], _connections.FindForeign([Mailbox, Tasks, Tasks with { Queue = "orders", Connection = "java" }]));

    [Fact]
    public void A_user_that_is_not_shown_the_workers_connections_can_not_judge_by_them() =>
        Assert.Null(Names(["celery"], [Mailbox, Tasks], [], [Web]));

    private List<string>? Names(
        IReadOnlyList<string> queues,
        IReadOnlyList<BrokerConsumer> consumers,
        IReadOnlyList<BrokerChannel> channels,
        IReadOnlyList<BrokerConnection> open
    ) => _connections.Judge(queues, consumers, channels, open)?.Select(static c => c.Address).Order().ToList();
}
