namespace OpsRestart;

/// <summary>
/// Something that happened in a run. Progress, <c>-Verbose</c>, <c>--json</c> and the run journal all read the same stream.
/// </summary>
public sealed record RunEvent
{
    /// <summary>The id of the run.</summary>
    public required string RunId { get; init; }

    /// <summary>Counts from 1, without gaps.</summary>
    public required int Sequence { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime Time { get; init; }

    /// <summary>What happened.</summary>
    public required RunEventKind Kind { get; init; }

    /// <summary>The step's id.</summary>
    public string? Step { get; init; }

    /// <summary>What the step does; null when the event is about the run.</summary>
    public StepKind? StepKind { get; init; }

    /// <summary>The node, queue or hook; null when the event is about the run.</summary>
    public string? Target { get; init; }

    /// <summary>The step's status; null until it has finished.</summary>
    public StepStatus? Status { get; init; }

    /// <summary>What happened, for people.</summary>
    public string Message { get; init; } = "";

    /// <summary>
    /// How much of the run is done, 0 to 100: its steps by how long they usually take, of a drain also its tasks. Null before the first
    /// step; the rollback stands still.
    /// </summary>
    public int? Percent { get; init; }

    /// <summary>Steps of the plan that are finished.</summary>
    public int Finished { get; init; }

    /// <summary>Steps of the plan.</summary>
    public int Total { get; init; }

    /// <summary>True for steps of the rollback.</summary>
    public bool IsRollback { get; init; }
}
