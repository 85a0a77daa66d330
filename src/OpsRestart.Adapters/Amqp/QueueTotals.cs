namespace OpsRestart.Adapters.Amqp;

/// <summary>A queue as the management API tells of it without statistics.</summary>
internal sealed record QueueTotals
{
    public required string Name { get; init; }

    /// <summary>classic, quorum or stream; empty: not known.</summary>
    public string Type { get; init; } = "classic";

    /// <summary>Null where the queue can't tell now (its node is down).</summary>
    public long? Ready { get; init; }

    /// <summary>Delivered and not acknowledged.</summary>
    public long? Unacked { get; init; }

    /// <summary>Null where this source does not tell.</summary>
    public int? Consumers { get; init; }

    /// <summary>Durable and shared: what one would call a work queue, and no program's own mailbox.</summary>
    public bool IsPermanent { get; init; }

    /// <summary>The numbers are of this moment. Those of other types are as old as the last tick, 5 s by default.</summary>
    public bool IsLive => Type == "classic";

    /// <exception cref="ForeignJsonException">That is no queue.</exception>
    public static QueueTotals Parse(ForeignJson queue) =>
        new()
        {
            Name = queue.TextOf("name"),
            Type = queue.OptionalTextOf("type") ?? "classic",
            Ready = queue.CountOf("messages_ready"),
            Unacked = queue.CountOf("messages_unacknowledged"),
            IsPermanent = queue.OptionalFlagOf("exclusive") != true && queue.OptionalFlagOf("auto_delete") != true,
        };
}
