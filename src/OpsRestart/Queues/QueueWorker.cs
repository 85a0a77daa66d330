namespace OpsRestart;

/// <summary>One worker process (with its children) of a queue system, at one moment.</summary>
public sealed record QueueWorker
{
    /// <summary>Celery node name or RQ worker name; for plain RabbitMQ the consumer tag.</summary>
    public required string Name { get; init; }

    public required string System { get; init; }

    public required string Broker { get; init; }

    public QueueWorkerState State { get; init; }

    public string? HostName { get; init; }

    public int? Pid { get; init; }

    public IReadOnlyList<int> ChildPids { get; init => field = ModelList.Of(value); } = [];

    public IReadOnlyList<string> Queues { get; init => field = ModelList.Of(value); } = [];

    public int? Concurrency { get; init; }

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

    public TimeSpan? Uptime { get; init; }

    public DateTime? LastHeartbeat { get; init; }

    public DateTime SampledAt { get; init; }

    public override string ToString() => Name;
}
