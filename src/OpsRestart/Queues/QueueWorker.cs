namespace OpsRestart;

/// <summary>One worker process (with its children) of a queue system, at one moment.</summary>
public sealed record QueueWorker
{
    /// <summary>Celery node name or RQ worker name; for plain RabbitMQ the consumer tag.</summary>
    public required string Name { get; init; }

    /// <summary>celery, rq or rabbitmq.</summary>
    public required string System { get; init; }

    /// <summary>The broker's address, without secrets.</summary>
    public required string Broker { get; init; }

    /// <summary>What it is doing.</summary>
    public QueueWorkerState State { get; init; }

    /// <summary>The host it runs on; null where the system does not say.</summary>
    public string? HostName { get; init; }

    /// <summary>Its main process on that host; null where the system does not say.</summary>
    public int? Pid { get; init; }

    /// <summary>Its pool processes (Celery).</summary>
    public IReadOnlyList<int> ChildPids
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>The queues that it consumes.</summary>
    public IReadOnlyList<string> Queues
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>It waits for tasks at its broker, or has as many as it takes; null: that can't be seen.</summary>
    public bool? IsConsuming { get; init; }

    /// <summary>How many tasks it runs at the same time; null: not known.</summary>
    public int? Concurrency { get; init; }

    /// <summary>How many tasks it may hold unacknowledged; null: not known, or no limit.</summary>
    public int? Prefetch { get; init; }

    /// <summary>Tasks running now.</summary>
    public int Active { get; init; }

    /// <summary>Tasks received and not started.</summary>
    public int Reserved { get; init; }

    /// <summary>ETA and retry tasks that it holds.</summary>
    public int Scheduled { get; init; }

    /// <summary>Tasks accepted since it started.</summary>
    public long? Processed { get; init; }

    /// <summary>RQ: jobs failed since it started.</summary>
    public long? Failed { get; init; }

    /// <summary>Time since it started, at <see cref="SampledAt"/>; null: not known.</summary>
    public TimeSpan? Uptime { get; init; }

    /// <summary>When it last reported (UTC); RQ only.</summary>
    public DateTime? LastHeartbeat { get; init; }

    /// <summary>When this was read (UTC).</summary>
    public DateTime SampledAt { get; init; }

    /// <inheritdoc />
    public override string ToString() => Name;
}
