namespace OpsRestart;

/// <summary>What became of one step.</summary>
public sealed record StepReport
{
    /// <summary>The id of the step in the plan.</summary>
    public required string Id { get; init; }

    /// <summary>What it does.</summary>
    public required StepKind Kind { get; init; }

    /// <summary>The node, queue or hook; empty for validate.</summary>
    public required string Target { get; init; }

    /// <summary>The unit or program; null where there is none.</summary>
    public string? Service { get; init; }

    /// <summary>What became of it.</summary>
    public StepStatus Status { get; init; }

    /// <summary>From the beginning of the run to the beginning of the step.</summary>
    public TimeSpan Start { get; init; }

    /// <summary>How long it took; zero when it was not run.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>What was seen, for people.</summary>
    public string Note { get; init; } = "";

    /// <summary>The error id; null unless it failed.</summary>
    public OpsError? Error { get; init; }

    /// <summary>What went wrong and what to do next; for a failed unit with its last journal lines.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>True for the steps of the rollback.</summary>
    public bool IsRollback { get; init; }

    /// <summary>What comes after it may begin.</summary>
    public bool Succeeded =>
        Status
            is StepStatus.Done
                or StepStatus.Ready
                or StepStatus.Settled
                or StepStatus.Drained
                or StepStatus.NotNeeded
                or StepStatus.Killed;

    /// <inheritdoc />
    public override string ToString() => $"{Id}: {Status}";
}
