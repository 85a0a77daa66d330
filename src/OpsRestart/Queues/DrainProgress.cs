namespace OpsRestart;

/// <summary>How a drain gets on.</summary>
public sealed record DrainProgress
{
    /// <summary>The queue system's name in the graph, or its broker.</summary>
    public required string Queue { get; init; }

    /// <summary>What the last look said.</summary>
    public DrainVerdict Verdict { get; init; }

    /// <summary>Tasks that wait in queues.</summary>
    public long Waiting { get; init; }

    /// <summary>Tasks that workers hold without running them: prefetched, ETA, rate-limited.</summary>
    public long Held { get; init; }

    /// <summary>Tasks that run.</summary>
    public long Executing { get; init; }

    /// <summary>Tasks finished a second, over the last seconds; null when not known yet.</summary>
    public double? Rate { get; init; }

    /// <summary>The time left at that rate; null when not known.</summary>
    public TimeSpan? Eta { get; init; }

    /// <summary>Time since the drain began.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>What is waited for, for people.</summary>
    public string Message { get; init; } = "";
}
