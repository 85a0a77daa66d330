namespace OpsRestart;

/// <summary>How a drain gets on.</summary>
public sealed record DrainProgress
{
    public required string Queue { get; init; }

    public DrainVerdict Verdict { get; init; }

    public long Waiting { get; init; }

    public long Held { get; init; }

    public long Executing { get; init; }

    /// <summary>Tasks finished a second, over the last seconds; null when not known yet.</summary>
    public double? Rate { get; init; }

    /// <summary>The time left at that rate; null when not known.</summary>
    public TimeSpan? Eta { get; init; }

    public TimeSpan Elapsed { get; init; }

    /// <summary>What is waited for, for people.</summary>
    public string Message { get; init; } = "";
}
