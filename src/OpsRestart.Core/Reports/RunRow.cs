namespace OpsRestart.Core.Reports;

/// <summary>One row of a run's result table: what was done to one thing.</summary>
internal sealed record RunRow
{
    /// <summary>stop, start, restart, drain, suspend, resume, hook or validate.</summary>
    public required string Verb { get; init; }

    /// <summary>The node, queue or hook; empty for validate.</summary>
    public required string Target { get; init; }

    /// <summary>How it ended; for a start with its probes the last thing that was reached: done, then ready, then settled.</summary>
    public required StepStatus Status { get; init; }

    /// <summary>The status in words: "not needed", "timed out".</summary>
    public string Result => RunTable.Words(Status);

    /// <summary>From the beginning of the run.</summary>
    public TimeSpan Start { get; init; }

    public TimeSpan Took { get; init; }

    public string Note { get; init; } = "";

    /// <summary>True for what was done in the rollback.</summary>
    public bool IsRollback { get; init; }
}
