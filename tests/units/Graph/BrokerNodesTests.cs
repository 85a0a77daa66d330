using OpsRestart.Core.Graph;
using static OpsRestart.Tests.Units.Fakes.FakeWorld;

namespace OpsRestart.Tests.Units.Graph;

public sealed class BrokerNodesTests
{
    [Theory]
    [InlineData("redis://localhost:6379/0", "redis://127.0.0.1/5", true)]
    [InlineData("redis://localhost", "redis://:pw@localhost:6379/1", true)]
    [InlineData("${env:BROKER}", "${env:BROKER}", true)]
    [InlineData("redis://localhost:6379", "redis://localhost:6380", false)]
    [InlineData("amqp://mq", "tcp://mq:5672", true)]
    [InlineData("redis+socket:///run/redis", "redis+socket:///run/redis", false)]
    public void A_worker_that_does_not_need_its_broker_is_named(string broker, string probe, bool isNamed)
    {
        var graph = Graph(broker, probe, Node("worker"), Node("feeder"), Node("other"));
        var found = GraphValidator.Validate(graph).Where(static f => f.Code == "ClientWithoutNeed").Select(static f => f.Target);
        Assert.Equal(isNamed ? ["worker", "feeder"] : [], found.OrderDescending());
    }

    [Fact]
    public void One_that_needs_it_by_way_of_another_is_not()
    {
        var graph = Graph("redis://a", "redis://a", Node("worker", "cache"), Node("feeder", "redis"), Node("cache", "redis"));
        Assert.DoesNotContain(GraphValidator.Validate(graph), static f => f.Code == "ClientWithoutNeed");
    }

    private static ServiceGraph Graph(string broker, string probe, params ServiceNode[] nodes) =>
        new()
        {
            Name = "g",
            Nodes = [Node("redis") with { Ready = [Probe(probe)] }, .. nodes],
            Queues =
            [
                new GraphQueue
                {
                    Name = "q",
                    System = "celery",
                    Broker = broker,
                    FedBy = ["feeder"],
                    ConsumedBy = ["worker"],
                },
            ],
        };
}
