using OpsRestart.Adapters.Amqp;
using OpsRestart.Adapters.Wire;

namespace OpsRestart.Tests.Units.Amqp;

/// <summary>Answers as RabbitMQ 3.10.8 gave them.</summary>
public sealed class ManagementAnswerTests
{
    [Fact]
    public void Totals_of_a_classic_queue_are_live_and_those_of_a_quorum_queue_are_not()
    {
        var classic = Queue(
            """{"arguments":{},"auto_delete":false,"durable":true,"exclusive":false,"messages":5,"messages_ready":3,"messages_unacknowledged":2,"name":"orders","state":"running","type":"classic","vhost":"/"}"""
        );
        Assert.Equal(("orders", 3L, 2L, true, true), (classic.Name, classic.Ready, classic.Unacked, classic.IsLive, classic.IsPermanent));
        var quorum = Queue(
            """{"arguments":{"x-queue-type":"quorum"},"auto_delete":false,"durable":true,"exclusive":null,"leader":"rabbit@r","messages":0,"messages_ready":0,"messages_unacknowledged":0,"name":"q","online":["rabbit@r"],"state":"running","type":"quorum","vhost":"/"}"""
        );
        Assert.Equal((false, true), (quorum.IsLive, quorum.IsPermanent));
        Assert.False(Queue("""{"auto_delete":true,"exclusive":false,"name":"celery@r.celery.pidbox","type":"classic"}""").IsPermanent);
    }

    [Fact]
    public void A_queue_whose_node_is_down_tells_nothing_rather_than_zero()
    {
        var down = Queue(
            """{"auto_delete":false,"durable":true,"exclusive":false,"name":"orders","state":"down","type":"classic","vhost":"/"}"""
        );
        Assert.Equal((null, null), (down.Ready, down.Unacked));
    }

    [Fact]
    public void A_consumer_tells_its_connection_and_whether_it_acknowledges()
    {
        var consumer = Consumer(
            """{"arguments":{},"ack_required":false,"active":true,"channel_details":{"connection_name":"127.0.0.1:41622 -> 127.0.0.1:5672","name":"127.0.0.1:41622 -> 127.0.0.1:5672 (3)","node":"rabbit@r","number":3,"peer_host":"127.0.0.1","peer_port":41622,"user":"guest"},"consumer_tag":"None3","exclusive":false,"prefetch_count":16,"queue":{"name":"q","vhost":"/"}}"""
        );
        Assert.Equal(new BrokerConsumer("q", "None3", "127.0.0.1:41622 -> 127.0.0.1:5672", "127.0.0.1", false, 16), consumer);
        var closing = Consumer("""{"ack_required":true,"channel_details":[],"consumer_tag":"t","queue":{"name":"q","vhost":"/"}}""");
        Assert.Equal(new BrokerConsumer("q", "t", "", "", true, 0), closing);
    }

    private static QueueTotals Queue(string json) => QueueTotals.Parse(ForeignJson.Parse(json));

    private static BrokerConsumer Consumer(string json) => BrokerConsumer.Parse(ForeignJson.Parse(json));
}
