using OpsRestart.Adapters.Amqp;
using OpsRestart.Adapters.Wire;

namespace OpsRestart.Tests.Units.Amqp;

public sealed class BrokerChannelTests
{
    [Theory]
    [InlineData("\"prefetch_count\":4,\"global_prefetch_count\":0", true)]
    [InlineData("\"prefetch_count\":0,\"global_prefetch_count\":16", true)]
    // RabbitMQ 4 lacks the second; a map without a number is a list there.
    [InlineData("\"prefetch_count\":0,\"message_stats\":{\"deliver\":1}", true)]
    [InlineData("\"prefetch_count\":0,\"message_stats\":{\"deliver\":0}", false)]
    [InlineData("\"prefetch_count\":0,\"message_stats\":[]", false)]
    [InlineData("\"prefetch_count\":0", false)]
    public void It_consumed_when_it_asked_for_a_prefetch_or_was_given_tasks(string fields, bool consumed)
    {
        var channel = BrokerChannel.Parse(ForeignJson.Parse($$"""{"connection_details":{"name":"a -> b"},{{fields}}}"""));
        Assert.Equal(new BrokerChannel("a -> b", consumed), channel);
    }
}
