namespace OpsRestart.Adapters.Amqp;

/// <summary>An open channel, as the broker's statistics tell of it: they are up to 5 s late.</summary>
/// <param name="Connection">The name of its connection.</param>
/// <param name="Consumed">It asked for a prefetch, or was given messages that it had to acknowledge: tasks, not replies. RabbitMQ 4 does
/// not tell of the prefetch of a whole channel, which Celery asks for.</param>
internal sealed record BrokerChannel(string Connection, bool Consumed)
{
    /// <summary>Null: its connection is just being closed.</summary>
    /// <exception cref="ForeignJsonException">That is no channel.</exception>
    public static BrokerChannel? Parse(ForeignJson channel)
    {
        var prefetch = Math.Max(channel.CountOf("prefetch_count") ?? 0, channel.CountOf("global_prefetch_count") ?? 0);
        var delivered = channel["message_stats"] is { IsMap: true } stats ? stats.CountOf("deliver") ?? 0 : 0;
        return channel["connection_details"] is { IsMap: true } connection && connection.OptionalTextOf("name") is { } name
            ? new BrokerChannel(name, prefetch > 0 || delivered > 0)
            : null;
    }
}
