namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Everything that one pass of the drain rule saw, in the order R1, S, R2. Pure data: verdicts are computed from it, and recorded ones are tested.</summary>
internal sealed record CeleryLook
{
    public DrainLevel Level { get; init; } = DrainLevel.Drained;

    /// <summary>The queues that the drain is about; null: all of this broker.</summary>
    public IReadOnlySet<string>? Scope { get; init; }

    /// <summary>R1: the first answers to stats.</summary>
    public IReadOnlyList<CeleryStats> Before { get; init; } = [];

    /// <summary>R1: asked after stats.</summary>
    public IReadOnlyList<CeleryTaskInfo> Active { get; init; } = [];

    /// <summary>R1: ETA and retry tasks, asked for where the broker only counts what workers hold.</summary>
    public IReadOnlyList<CeleryTaskInfo> ScheduledBefore { get; init; } = [];

    /// <summary>S.</summary>
    public BrokerLook Broker { get; init; } = new();

    /// <summary>R2: the second answers to stats.</summary>
    public IReadOnlyList<CeleryStats> After { get; init; } = [];

    /// <summary>R2: ETA and retry tasks that workers hold.</summary>
    public IReadOnlyList<CeleryTaskInfo> Scheduled { get; init; } = [];

    /// <summary>R2: tasks that wait inside workers; asked for where the broker can't show them.</summary>
    public IReadOnlyList<CeleryTaskInfo> Reserved { get; init; } = [];

    /// <summary>R2: running tasks, asked again where the broker can't show all.</summary>
    public IReadOnlyList<CeleryTaskInfo> ActiveAfter { get; init; } = [];

    /// <summary>R2: workers that consume nothing now, so that they never block in BRPOP.</summary>
    public int WorkersWithoutQueues { get; init; }

    /// <summary>Replies that did not come, R1 and R2 together.</summary>
    public int MissingReplies { get; init; }
}
