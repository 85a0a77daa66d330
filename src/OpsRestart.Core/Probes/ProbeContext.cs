namespace OpsRestart.Core.Probes;

/// <summary>What a probe may know about the service that it belongs to.</summary>
internal sealed record ProbeContext
{
    public static readonly ProbeContext None = new();

    /// <summary>The node; null outside of a graph.</summary>
    public ServiceNode? Node { get; init; }

    /// <summary>The journal's cursor from before the start: a log probe looks at nothing older.</summary>
    public string? LogCursor { get; init; }

    /// <summary>When the start began (UTC); null when nothing was started.</summary>
    public DateTime? StartedAt { get; init; }
}
