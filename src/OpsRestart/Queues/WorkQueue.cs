namespace OpsRestart;

/// <summary>One queue of background work, at one moment.</summary>
public sealed record WorkQueue
{
    /// <summary>Its name at the broker.</summary>
    public required string Name { get; init; }

    /// <summary>celery, rq or rabbitmq.</summary>
    public required string System { get; init; }

    /// <summary>The broker's address, without secrets.</summary>
    public required string Broker { get; init; }

    /// <summary>Waiting for a worker, all priorities together.</summary>
    public long Ready { get; init; }

    /// <summary>
    /// False: the broker does not tell how much waits (the queue's node is down, for example); then no number here means anything.
    /// </summary>
    public bool IsCounted { get; init; } = true;

    /// <summary>Delivered to a worker and not acknowledged; for RQ: in progress.</summary>
    public long Unacked { get; init; }

    /// <summary>ETA, countdown, retry (Celery, held by workers); scheduled registry (RQ).</summary>
    public long Scheduled { get; init; }

    /// <summary>RQ: waiting for another job.</summary>
    public long Deferred { get; init; }

    /// <summary>RQ: in the failed registry.</summary>
    public long Failed { get; init; }

    /// <summary>
    /// Tasks that left it done, since the broker began to count, where the broker tells (RabbitMQ's management API, up to 5 s late).
    /// </summary>
    public long? Done { get; init; }

    /// <summary>Tasks a second that are done now, as the broker itself measures it; null: it does not.</summary>
    public double? Rate { get; init; }

    /// <summary>Workers that consume it.</summary>
    public int Consumers { get; init; }

    /// <summary>Whether its workers take tasks.</summary>
    public SuspensionState Suspended { get; init; }

    /// <summary>Age of the oldest waiting job, where the system records it.</summary>
    public TimeSpan? OldestAge { get; init; }

    /// <summary>live, or how old the numbers may be (for example "up to 5 s").</summary>
    public string Freshness { get; init; } = "live";

    /// <summary>UTC.</summary>
    public DateTime SampledAt { get; init; }

    /// <inheritdoc />
    public override string ToString() => Name;
}
