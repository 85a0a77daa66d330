namespace OpsRestart;

/// <summary>A line that came while logs were watched.</summary>
public sealed record WatchedLogLine
{
    /// <summary>When it was logged; of a file when it was read (UTC).</summary>
    public DateTime Time { get; init; }

    /// <summary>The unit or program, by its short name, or the file.</summary>
    public required string Source { get; init; }

    /// <summary>How urgent it is; null: a file does not tell.</summary>
    public ServiceLogPriority? Priority { get; init; }

    /// <summary>The line, as it was logged.</summary>
    public string Message { get; init; } = "";

    /// <summary>A line that must not come, and none that is allowed.</summary>
    public bool IsFailure { get; init; }

    /// <summary>What such a line means and what to do; null: nothing is known of it.</summary>
    public string? Advice { get; init; }

    /// <inheritdoc />
    public override string ToString() => Message;
}
