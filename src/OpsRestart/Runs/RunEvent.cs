namespace OpsRestart;

/// <summary>Something that happened in a run. Progress, <c>-Verbose</c>, <c>--json</c> and the run journal all read the same stream.</summary>
public sealed record RunEvent
{
    public required string RunId { get; init; }

    /// <summary>Counts from 1, without gaps.</summary>
    public required int Sequence { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime Time { get; init; }

    public required RunEventKind Kind { get; init; }

    /// <summary>The step's id.</summary>
    public string? Step { get; init; }

    public StepKind? StepKind { get; init; }

    public string? Target { get; init; }

    public StepStatus? Status { get; init; }

    public string Message { get; init; } = "";

    /// <summary>How much of the run is done, 0 to 100: its steps by how long they usually take, of a drain also its tasks. Null before the first step; the rollback stands still.</summary>
    public int? Percent { get; init; }

    /// <summary>Steps of the plan that are finished.</summary>
    public int Finished { get; init; }

    /// <summary>Steps of the plan.</summary>
    public int Total { get; init; }

    public bool IsRollback { get; init; }
}
