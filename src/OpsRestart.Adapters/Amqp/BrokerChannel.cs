using OpsRestart.Adapters.Wire;

namespace OpsRestart.Adapters.Amqp;

/// <summary>An open channel, as the broker's statistics tell of it: up to 5 s after it was opened they may lack its prefetch.</summary>
/// <param name="Connection">The name of its connection.</param>
/// <param name="HasPrefetch">It once asked for a prefetch, as consumers do and publishers do not.</param>
internal sealed record BrokerChannel(string Connection, bool HasPrefetch)
{
    /// <summary>Null: its connection is just being closed.</summary>
    /// <exception cref="ForeignJsonException">That is no channel.</exception>
    public static BrokerChannel? Parse(ForeignJson channel)
    {
        var prefetch = Math.Max(channel.CountOf("prefetch_count") ?? 0, channel.CountOf("global_prefetch_count") ?? 0);
        return channel["connection_details"] is { IsMap: true } connection && connection.OptionalTextOf("name") is { } name ? new BrokerChannel(name, prefetch > 0) : null;
    }
}
