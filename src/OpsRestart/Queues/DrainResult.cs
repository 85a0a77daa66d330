namespace OpsRestart;

/// <summary>The end of a wait for a drain, with its proof.</summary>
public sealed record DrainResult
{
    /// <summary>The queue system's name in the graph, or its broker.</summary>
    public required string Queue { get; init; }

    /// <summary>celery, rq or rabbitmq.</summary>
    public required string System { get; init; }

    /// <summary>How far it was to be drained.</summary>
    public DrainLevel Level { get; init; }

    /// <summary>What the last look said.</summary>
    public DrainVerdict Verdict { get; init; }

    /// <summary>The verdict is drained; every other one is not.</summary>
    public bool IsDrained => Verdict == DrainVerdict.Drained;

    /// <summary>How strong the proof is.</summary>
    public DrainConfidence Confidence { get; init; }

    /// <summary>Looks taken.</summary>
    public int Looks { get; init; }

    /// <summary>Time from the first look to the verdict.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>When the verdict was reached (UTC).</summary>
    public DateTime At { get; init; }

    /// <summary>Tasks that the workers finished meanwhile, where that can be counted.</summary>
    public long? Finished { get; init; }

    /// <summary>What was there at the first look that could count: waiting in queues. Null: none could.</summary>
    public long? WaitingBefore { get; init; }

    /// <summary>The same: held by workers but not running.</summary>
    public long? HeldBefore { get; init; }

    /// <summary>The same: running.</summary>
    public long? ExecutingBefore { get; init; }

    /// <summary>Whether the last look could count: what is left is a number then, and otherwise not known.</summary>
    public bool IsCounted => Verdict is DrainVerdict.Busy or DrainVerdict.Drained or DrainVerdict.NoWorkers;

    /// <summary>What is left: waiting in queues.</summary>
    public long Waiting { get; init; }

    /// <summary>What is left: held by workers but not running (prefetched, ETA, rate-limited).</summary>
    public long Held { get; init; }

    /// <summary>What is left: running.</summary>
    public long Executing { get; init; }

    /// <summary>
    /// What exactly was seen, one line each: the evidence behind the verdict, or what still runs, where and for how long.
    /// </summary>
    public IReadOnlyList<string> Evidence
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>
    /// Workers that ended in the middle of the drain, with their process: a task that one had not finished is lost, unless its queue gave
    /// it out again.
    /// </summary>
    public IReadOnlyList<string> EndedWorkers
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>The tasks that still ran at the end, when it did not drain.</summary>
    public IReadOnlyList<WorkerTask> Remaining
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <inheritdoc />
    public override string ToString() => $"{Queue}: {Verdict}";
}
