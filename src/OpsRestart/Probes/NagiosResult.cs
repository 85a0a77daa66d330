namespace OpsRestart;

/// <summary>Results of probes as one result of a monitoring plugin (monitoring-plugins.org, "Development Guidelines").</summary>
public sealed record NagiosResult
{
    /// <summary>0 OK, 1 warning, 2 critical, 3 unknown.</summary>
    public int ExitCode { get; init; }

    /// <summary>OK, WARNING, CRITICAL or UNKNOWN.</summary>
    public required string State { get; init; }

    /// <summary>What there is to say, in one line, without state and numbers.</summary>
    public string Text { get; init; } = "";

    /// <summary>The numbers, as <c>'label'=value[unit];[warn];[crit]</c>; empty: there are none.</summary>
    public string PerformanceData { get; init; } = "";

    /// <summary>When it was found out (UTC).</summary>
    public DateTime CheckedAt { get; init; }

    /// <summary>The one line that a plugin prints.</summary>
    public string Line => $"{State}: {Text}{(PerformanceData.Length > 0 ? " | " : "")}{PerformanceData}";

    /// <inheritdoc />
    public override string ToString() => Line;
}
