namespace OpsRestart.Adapters.Queues.RabbitMq;

/// <summary>One queue at one moment.</summary>
internal sealed record RabbitMqQueueState
{
    public required string Name { get; init; }

    /// <summary>False: there is no such queue.</summary>
    public bool Exists { get; init; } = true;

    /// <summary>classic, quorum or stream; null without the management API.</summary>
    public string? Type { get; init; }

    /// <summary>Always live. Null: the queue can't tell.</summary>
    public long? Ready { get; init; }

    /// <summary>Null: it can't be seen.</summary>
    public long? Unacked { get; init; }

    /// <summary>The number of unacknowledged messages may be as old as a tick of a quorum queue.</summary>
    public bool UnackedIsOld => Type is not null and not "classic";

    public int Consumers { get; init; }

    /// <summary>Consumers among these that never acknowledge: what they work on can't be seen.</summary>
    public int Silent { get; init; }
}
