namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>
/// Everything that one pass of the drain rule saw, in the order R1, S, R2. Pure data: verdicts are computed from it, and recorded ones are
/// tested.
/// </summary>
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

/// <summary>The questions of one pass of the drain rule, and their answers as one look.</summary>
internal sealed record CeleryRound(
    IReadOnlyList<BroadcastResult> First,
    IReadOnlyList<CeleryTaskInfo> Active,
    BrokerLook Broker,
    IReadOnlyList<BroadcastResult> Second
)
{
    /// <summary>R1, in this order: a task accepted before the first answer is then either over, or in the second one.</summary>
    public static IReadOnlyList<PidboxRequest> FirstQuestions(bool withScheduled) =>
        withScheduled
            ? [PidboxRequest.Stats, PidboxRequest.Active(), PidboxRequest.Scheduled]
            : [PidboxRequest.Stats, PidboxRequest.Active()];

    /// <summary>R2: as much as what the broker showed makes necessary.</summary>
    public static IReadOnlyList<PidboxRequest> SecondQuestions(BrokerLook broker, DrainLevel level)
    {
        List<PidboxRequest> questions = [PidboxRequest.Stats];
        if (broker.Sight == BrokerSight.ReadyOnly || (broker.HeldCount > 0 && (broker.Held is null || level != DrainLevel.Quiescent)))
        {
            questions.Add(PidboxRequest.Scheduled);
        }

        if (broker.Consumers?.Any(static c => !c.IsBlocked) == true)
        {
            questions.Add(PidboxRequest.ActiveQueues);
        }

        if (broker.Sight != BrokerSight.Full)
        {
            questions.AddRange([PidboxRequest.Reserved, PidboxRequest.Active()]);
        }

        return questions;
    }

    public CeleryLook ToLook(DrainLevel level, IReadOnlySet<string>? scope)
    {
        IEnumerable<PidboxReply> Answers(string method) => Second.Where(r => r.Request.Method == method).SelectMany(static r => r.Answers);
        return new CeleryLook
        {
            Level = level,
            Scope = scope,
            Before = [.. First[0].Answers.Select(CeleryStats.Parse)],
            Active = Active,
            ScheduledBefore =
            [
                .. First
                    .Where(static r => r.Request.Method == "scheduled")
                    .SelectMany(static r => r.Answers)
                    .SelectMany(CeleryTaskInfo.ParseScheduled),
            ],
            Broker = Broker,
            After = [.. Answers("stats").Select(CeleryStats.Parse)],
            Scheduled = [.. Answers("scheduled").SelectMany(CeleryTaskInfo.ParseScheduled)],
            Reserved = [.. Answers("reserved").SelectMany(CeleryTaskInfo.ParseList)],
            ActiveAfter = [.. Answers("active").SelectMany(CeleryTaskInfo.ParseList)],
            WorkersWithoutQueues = Answers("active_queues").Count(static r => CeleryConsumer.QueuesOf(r).Count == 0),
            MissingReplies = First.Concat(Second).Sum(static r => r.Missing),
        };
    }
}
