namespace OpsRestart;

/// <summary>One task (Celery), job (RQ) or message (RabbitMQ) of a queue system.</summary>
public sealed record WorkerTask
{
    /// <summary>Its id in the queue system.</summary>
    public required string Id { get; init; }

    /// <summary>The task's or function's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>celery, rq or rabbitmq.</summary>
    public required string System { get; init; }

    /// <summary>The broker's address, without secrets.</summary>
    public required string Broker { get; init; }

    /// <summary>The queue it came from; empty where the system does not say.</summary>
    public string Queue { get; init; } = "";

    /// <summary>Where it is.</summary>
    public WorkerTaskState State { get; init; }

    /// <summary>The worker that has it; null: none, or not known.</summary>
    public string? Worker { get; init; }

    /// <summary>The process that runs it: the pool child or work horse.</summary>
    public int? Pid { get; init; }

    /// <summary>When it began to run (UTC); for a waiting RQ job when it was queued.</summary>
    public DateTime? Since { get; init; }

    /// <summary>How long it has been running, or waiting, at <see cref="SampledAt"/>.</summary>
    public TimeSpan? Age => Since is { } since ? SampledAt - since : null;

    /// <summary>When it is due (UTC), for ETA and retry tasks.</summary>
    public DateTime? Eta { get; init; }

    /// <summary>Whether the worker has acknowledged it to the broker; null: not known.</summary>
    public bool? Acknowledged { get; init; }

    /// <summary>Whether the broker has delivered it before; null: not known.</summary>
    public bool? Redelivered { get; init; }

    /// <summary>How often it was retried; null: not known.</summary>
    public int? Retries { get; init; }

    /// <summary>Arguments as the task's own system prints them.</summary>
    public string Arguments { get; init; } = "";

    /// <summary>When this was read (UTC).</summary>
    public DateTime SampledAt { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Name} {Id}";
}
