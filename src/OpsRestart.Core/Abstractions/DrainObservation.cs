namespace OpsRestart.Core.Abstractions;

/// <summary>One look at a queue system by its own rule. The loop around it (pauses, deadline, progress) is the same for every system.</summary>
public sealed record DrainObservation
{
    public required DrainVerdict Verdict { get; init; }

    public DrainConfidence Confidence { get; init; }

    public long Waiting { get; init; }

    public long Held { get; init; }

    public long Executing { get; init; }

    /// <summary>Tasks done since the workers started, where the system counts that: a monotone number for rate and ETA.</summary>
    public long? Processed { get; init; }

    /// <summary>When the next look is worth its cost.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Workers that have ended since the first look: a task that one had not finished may be lost, which no look at what is there can tell.</summary>
    public IReadOnlyList<string> EndedWorkers { get; init; } = [];

    /// <summary>What was seen, one line each.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];
}
