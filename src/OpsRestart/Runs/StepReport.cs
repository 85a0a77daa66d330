namespace OpsRestart;

/// <summary>What became of one step.</summary>
public sealed record StepReport
{
    public required string Id { get; init; }

    public required StepKind Kind { get; init; }

    public required string Target { get; init; }

    public string? Service { get; init; }

    public StepStatus Status { get; init; }

    /// <summary>From the beginning of the run to the beginning of the step.</summary>
    public TimeSpan Start { get; init; }

    public TimeSpan Took { get; init; }

    /// <summary>What was seen, for people.</summary>
    public string Note { get; init; } = "";

    public OpsError? Error { get; init; }

    /// <summary>What went wrong and what to do next; for a failed unit with its last journal lines.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>True for the steps of the rollback.</summary>
    public bool IsRollback { get; init; }

    public bool Succeeded => Status is StepStatus.Done or StepStatus.Ready or StepStatus.Settled or StepStatus.Drained or StepStatus.NotNeeded or StepStatus.Killed;

    public override string ToString() => $"{Id}: {Status}";
}
