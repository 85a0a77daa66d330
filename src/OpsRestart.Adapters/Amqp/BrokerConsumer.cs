using System.Text.Json;

namespace OpsRestart.Adapters.Amqp;

/// <summary>One consumer of a queue.</summary>
/// <param name="Queue">What it consumes.</param>
/// <param name="Tag">Its consumer tag.</param>
/// <param name="Connection">The name of its connection, <c>client:port -> broker:port</c>.</param>
/// <param name="HostName">Where it runs, as the broker sees it.</param>
/// <param name="Acknowledges">False: messages count as done the moment they are sent to it, and what it does with them can't be seen.</param>
/// <param name="Prefetch">Messages that it may hold; 0: any number.</param>
internal sealed record BrokerConsumer(string Queue, string Tag, string Connection, string HostName, bool Acknowledges, int Prefetch)
{
    public static BrokerConsumer Parse(JsonElement consumer)
    {
        var channel = consumer.GetProperty("channel_details");
        return new BrokerConsumer(
            consumer.GetProperty("queue").GetProperty("name").GetString()!,
            Text(consumer, "consumer_tag"),
            Text(channel, "connection_name"),
            Text(channel, "peer_host"),
            !consumer.TryGetProperty("ack_required", out var ack) || ack.ValueKind == JsonValueKind.True,
            consumer.TryGetProperty("prefetch_count", out var prefetch) && prefetch.ValueKind == JsonValueKind.Number ? prefetch.GetInt32() : 0);
    }

    // Right after a connection was closed its details are an empty list.
    private static string Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
