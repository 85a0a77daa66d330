namespace OpsRestart;

/// <summary>What suspending queues did, and what resuming needs to know to undo exactly that.</summary>
public sealed record QueueSuspension
{
    /// <summary>Unique on this host.</summary>
    public required string Id { get; init; }

    /// <summary>celery, rq or rabbitmq.</summary>
    public required string System { get; init; }

    /// <summary>Without secrets.</summary>
    public required string Broker { get; init; }

    /// <summary>The queues that pause; none: all of the system.</summary>
    public IReadOnlyList<string> Queues
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>
    /// Per worker, the queues that this suspension took from it (Celery). Empty for RQ, where the flag is the database's.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Workers { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>
    /// Settings of the system that resuming needs (keyPrefix, controlExchange …), as written in a graph. Without secrets.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>It was suspended already, by someone else: this suspension owns nothing, and resuming it clears nothing.</summary>
    public bool Foreign { get; init; }

    /// <summary>How long the suspension lasts after its owner's death; null where the system can't let it expire.</summary>
    public TimeSpan? Lease { get; init; }

    /// <summary>UTC.</summary>
    public DateTime At { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{System} {Broker}: {(Queues.Count == 0 ? "all queues" : string.Join(", ", Queues))}";
}
