namespace OpsRestart;

/// <summary>One task (Celery), job (RQ) or message (RabbitMQ) of a queue system.</summary>
public sealed record WorkerTask
{
    public required string Id { get; init; }

    /// <summary>The task's or function's name.</summary>
    public string Name { get; init; } = "";

    public required string System { get; init; }

    public required string Broker { get; init; }

    public string Queue { get; init; } = "";

    public WorkerTaskState State { get; init; }

    public string? Worker { get; init; }

    /// <summary>The process that runs it: the pool child or work horse.</summary>
    public int? Pid { get; init; }

    /// <summary>When it began to run (UTC); for a waiting RQ job when it was queued.</summary>
    public DateTime? Since { get; init; }

    /// <summary>How long it has been running, or waiting, at <see cref="SampledAt"/>.</summary>
    public TimeSpan? Age => Since is { } since ? SampledAt - since : null;

    /// <summary>When it is due (UTC), for ETA and retry tasks.</summary>
    public DateTime? Eta { get; init; }

    public bool? Acknowledged { get; init; }

    public bool? Redelivered { get; init; }

    public int? Retries { get; init; }

    /// <summary>Arguments as the task's own system prints them.</summary>
    public string Arguments { get; init; } = "";

    public DateTime SampledAt { get; init; }

    public override string ToString() => $"{Name} {Id}";
}
