namespace OpsRestart.Core.Queues;

/// <summary>
/// One look at a queue system by its own rule. The loop around it (pauses, deadline, progress) is the same for every system.
/// </summary>
internal sealed record DrainObservation
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

    /// <summary>Drained may be no proof by itself: then this has to be the same in several looks. Null: one look is enough.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>How many equal looks, the first one among them.</summary>
    public int LooksNeeded { get; init; }

    /// <summary>The least time between the end of one and the beginning of the next; those in between don't count.</summary>
    public TimeSpan LooksApart { get; init; }

    /// <summary>How long they have to be the same, however many they are.</summary>
    public TimeSpan LooksOver { get; init; }

    /// <summary>The workers that answered: those that are expected have to be among them.</summary>
    public IReadOnlyList<string> Workers { get; init; } = [];

    /// <summary>
    /// Workers that have ended since the first look: a task that one had not finished may be lost, which no look at what is there can tell.
    /// </summary>
    public IReadOnlyList<string> EndedWorkers { get; init; } = [];

    /// <summary>What was seen, one line each.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];
}
