using System.Text.Json;

namespace OpsRestart.Adapters.Amqp;

/// <summary>An open connection.</summary>
/// <param name="Name"><c>client:port -> broker:port</c>.</param>
/// <param name="Product">The client library's own name: py-amqp for Celery.</param>
internal sealed record BrokerConnection(string Name, string Product)
{
    public static BrokerConnection? Parse(JsonElement connection) =>
        connection.TryGetProperty("name", out var name) && name.GetString() is { } text
            ? new BrokerConnection(text, connection.TryGetProperty("client_properties", out var client) && client.ValueKind == JsonValueKind.Object && client.TryGetProperty("product", out var product) ? product.ToString() : "")
            : null;
}
