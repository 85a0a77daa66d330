using System.Text.Json;

namespace OpsRestart.Adapters.Amqp;

/// <summary>An open channel, as the broker's statistics tell of it: up to 5 s after it was opened they may lack its prefetch.</summary>
/// <param name="Connection">The name of its connection.</param>
/// <param name="HasPrefetch">It once asked for a prefetch, as consumers do and publishers do not.</param>
internal sealed record BrokerChannel(string Connection, bool HasPrefetch)
{
    public static BrokerChannel? Parse(JsonElement channel) =>
        channel.TryGetProperty("connection_details", out var connection) && connection.ValueKind == JsonValueKind.Object && connection.TryGetProperty("name", out var name) && name.GetString() is { } text
            ? new BrokerChannel(text, IsPositive(channel, "prefetch_count") || IsPositive(channel, "global_prefetch_count"))
            : null;

    private static bool IsPositive(JsonElement channel, string name) =>
        channel.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.GetInt64() > 0;
}
