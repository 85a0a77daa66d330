namespace OpsRestart.Adapters.Amqp;

/// <summary>An open connection.</summary>
/// <param name="Name"><c>client:port -> broker:port</c>.</param>
/// <param name="Product">The client library's own name: py-amqp for Celery.</param>
internal sealed record BrokerConnection(string Name, string Product)
{
    /// <summary>Null: it has no name yet.</summary>
    /// <exception cref="ForeignJsonException">That is no connection.</exception>
    public static BrokerConnection? Parse(ForeignJson connection) =>
        connection.OptionalTextOf("name") is { } name ? new BrokerConnection(name, connection["client_properties"]["product"].Shown) : null;
}
