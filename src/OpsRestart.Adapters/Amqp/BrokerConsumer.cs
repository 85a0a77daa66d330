namespace OpsRestart.Adapters.Amqp;

/// <summary>One consumer of a queue.</summary>
/// <param name="Queue">What it consumes.</param>
/// <param name="Tag">Its consumer tag.</param>
/// <param name="Connection">The name of its connection, <c>client:port -> broker:port</c>.</param>
/// <param name="HostName">Where it runs, as the broker sees it.</param>
/// <param name="Acknowledges">False: messages count as done the moment they are sent to it, and what it does with them can't be
/// seen.</param>
/// <param name="Prefetch">Messages that it may hold; 0: any number.</param>
internal sealed record BrokerConsumer(string Queue, string Tag, string Connection, string HostName, bool Acknowledges, int Prefetch)
{
    /// <exception cref="ForeignJsonException">That is no consumer.</exception>
    public static BrokerConsumer Parse(ForeignJson consumer)
    {
        // Right after a connection was closed its details are an empty list.
        var channel = consumer["channel_details"];
        return new BrokerConsumer(
            consumer["queue"].TextOf("name"),
            consumer.OptionalTextOf("consumer_tag") ?? "",
            channel["connection_name"].Text ?? "",
            channel["peer_host"].Text ?? "",
            consumer.OptionalFlagOf("ack_required") ?? true,
            (int)(consumer.CountOf("prefetch_count", int.MaxValue) ?? 0)
        );
    }
}
