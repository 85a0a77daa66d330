namespace OpsRestart;

/// <summary>
/// What a run knows of the tasks of its queues, each number counted and added up over its drains. Null: not known, or not of every queue.
/// </summary>
public sealed record RunTasks
{
    /// <summary>Tasks that ran when the drains began.</summary>
    public long? RunningBefore { get; init; }

    /// <summary>Tasks that workers held without running them when the drains began: prefetched, ETA, rate-limited.</summary>
    public long? HeldBefore { get; init; }

    /// <summary>Tasks that waited in queues when the drains began.</summary>
    public long? WaitingBefore { get; init; }

    /// <summary>Tasks that ended while they were waited for.</summary>
    public long? Finished { get; init; }

    /// <summary>Tasks that still ran when the drains ended.</summary>
    public long? Running { get; init; }

    /// <summary>Tasks that workers still held when the drains ended.</summary>
    public long? Held { get; init; }

    /// <summary>Tasks that still waited in queues when the drains ended.</summary>
    public long? Waiting { get; init; }

    /// <summary>The weakest proof among the drains; none where a drain did not end, or where there was none.</summary>
    public DrainConfidence Proof { get; init; }

    /// <summary>Queues whose workers this run stopped without having seen them drained.</summary>
    public IReadOnlyList<string> UndrainedQueues
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>
    /// Workers that ended in the middle of a drain: what one had not finished is lost, unless its queue gave it out again.
    /// </summary>
    public IReadOnlyList<string> EndedWorkers
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>Services that ended by KILL in this run, by the names of their nodes.</summary>
    public IReadOnlyList<string> KilledNodes
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>Tasks that were seen to run in a service just before its stop, which then had to be killed.</summary>
    public IReadOnlyList<string> KilledTasks
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>
    /// After an emergency stop: tasks that no worker has any more and the broker still holds, so that they can be given out again. Null:
    /// not asked, or not known.
    /// </summary>
    public IReadOnlyList<string>? UnacknowledgedTasks { get; init; }

    /// <summary>
    /// After an emergency stop: tasks that ran in what was killed, and that the broker does not hold any more. Between the workers' answer
    /// and KILL, a second at most, one of them may have ended, and another begun. Null: not asked, or not known.
    /// </summary>
    public IReadOnlyList<string>? LostTasks { get; init; }

    /// <summary>
    /// No task was lost: every drain has an exact proof, no worker ended in one, nothing was killed, every suspension was undone without a
    /// warning, and nothing was left waiting in what this run restarted.
    /// </summary>
    public bool NoneLost { get; init; }

    /// <inheritdoc />
    public override string ToString() => NoneLost ? "none lost" : $"proof {Proof.ToString().ToLowerInvariant()}";
}
