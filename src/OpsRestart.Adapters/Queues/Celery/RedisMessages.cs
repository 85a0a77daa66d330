using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Reads what kombu keeps in the hash of unacknowledged messages, and writes what it would put back.</summary>
internal static class RedisMessages
{
    /// <summary>The value of the hash: <c>[message, exchange, routing key]</c>. What is none of kombu's has an empty id, and is never lost sight of.</summary>
    public static HeldMessage ParseHeld(string tag, ReadOnlyMemory<byte> raw)
    {
        try
        {
            var reader = new Utf8JsonReader(raw.Span);
            var entry = JsonElement.ParseValue(ref reader);
            if (entry.ValueKind == JsonValueKind.Array && entry.GetArrayLength() >= 3 && CeleryMessage.Parse(entry[0]) is { } message)
            {
                return new HeldMessage(tag, message with { Exchange = entry[1].GetString() ?? "", RoutingKey = entry[2].GetString() ?? "" }, "", raw);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Falls through: kept, as unknown.
        }

        return new HeldMessage(tag, new CeleryMessage(), "", raw);
    }

    /// <summary>The message as a worker would requeue it: marked as delivered before.</summary>
    public static byte[] Redelivered(ReadOnlySpan<byte> held)
    {
        var message = JsonNode.Parse(held)![0]!.AsObject();
        Mark(message, "headers");
        if (message["properties"] is JsonObject properties)
        {
            Mark(properties, "delivery_info");
        }

        return Encoding.UTF8.GetBytes(message.ToJsonString());
    }

    private static void Mark(JsonObject parent, string child)
    {
        if (parent[child] is JsonObject target)
        {
            target["redelivered"] = true;
        }
    }
}
