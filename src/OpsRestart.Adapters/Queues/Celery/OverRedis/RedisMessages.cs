using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpsRestart.Adapters.Queues.Celery.OverRedis;

/// <summary>Reads what kombu keeps in the hash of unacknowledged messages, and writes what it would put back.</summary>
internal static class RedisMessages
{
    /// <summary>
    /// The value of the hash: <c>[message, exchange, routing key]</c>. What is none of kombu's has an empty id, and is never lost sight of.
    /// </summary>
    public static HeldMessage ParseHeld(string tag, ReadOnlyMemory<byte> raw)
    {
        try
        {
            if (
                ForeignJson.Parse(raw.Span).Items.Take(3).ToList() is [var first, var exchange, var key]
                && CeleryMessage.Parse(first) is { } message
            )
            {
                return new HeldMessage(tag, message with { Exchange = exchange.Text ?? "", RoutingKey = key.Text ?? "" }, "", raw);
            }
        }
        catch (ForeignJsonException)
        {
            // Falls through: kept, as unknown.
        }

        return new HeldMessage(tag, new CeleryMessage(), "", raw);
    }

    /// <summary>The message as a worker would requeue it: marked as delivered before. Null: it can't be written again as it is.</summary>
    public static byte[]? Redelivered(ReadOnlySpan<byte> held)
    {
        try
        {
            if (JsonNode.Parse(held) is not JsonArray { Count: > 0 } entry || entry[0] is not JsonObject message)
            {
                return null;
            }

            Mark(message, "headers");
            if (message["properties"] is JsonObject properties)
            {
                Mark(properties, "delivery_info");
            }

            return Encoding.UTF8.GetBytes(message.ToJsonString());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            // The same name twice, or half a character.
            return null;
        }
    }

    private static void Mark(JsonObject parent, string child)
    {
        if (parent[child] is JsonObject target)
        {
            target["redelivered"] = true;
        }
    }
}
