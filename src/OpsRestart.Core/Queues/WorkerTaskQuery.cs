namespace OpsRestart.Core.Queues;

/// <summary>Which tasks to list.</summary>
internal sealed record WorkerTaskQuery
{
    public IReadOnlyList<string> Queues { get; init; } = [];

    /// <summary>None: active, reserved and scheduled.</summary>
    public IReadOnlyList<WorkerTaskState> States { get; init; } = [];

    /// <summary>At most this many waiting tasks a queue. Default 100.</summary>
    public int WaitingLimit { get; init; } = 100;
}
