namespace OpsRestart.Core.Services;

/// <summary>Which log lines to read.</summary>
internal sealed record ServiceLogQuery
{
    /// <summary>Services, as admins type them; wildcards allowed.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Only what the kernel logged; of no services then.</summary>
    public bool Kernel { get; init; }

    /// <summary>Only this urgent or more.</summary>
    public ServiceLogPriority Priority { get; init; } = ServiceLogPriority.Debug;

    /// <summary>Only lines logged at or after this (UTC).</summary>
    public DateTime? Since { get; init; }

    /// <summary>Only lines after this cursor.</summary>
    public string? AfterCursor { get; init; }

    /// <summary>Only the last N lines; null: all.</summary>
    public int? Tail { get; init; }

    /// <summary>Go on with new lines until cancelled.</summary>
    public bool Follow { get; init; }
}
