namespace OpsRestart;

/// <summary>One thing that is newer than a service that stands on it.</summary>
public sealed record StaleReason
{
    /// <summary>What kind of thing.</summary>
    public required StaleKind Kind { get; init; }

    /// <summary>The node, or the file.</summary>
    public required string What { get; init; }

    /// <summary>When it was started, or changed (UTC); null: not known.</summary>
    public DateTime? At { get; init; }

    /// <summary>As a clause: "redis was started later".</summary>
    public required string Message { get; init; }

    /// <inheritdoc />
    public override string ToString() => Message;
}
