namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>The questions of one pass of the drain rule, and their answers as one look.</summary>
internal sealed record CeleryRound(IReadOnlyList<BroadcastResult> First, IReadOnlyList<CeleryTaskInfo> Active, BrokerLook Broker, IReadOnlyList<BroadcastResult> Second)
{
    /// <summary>R1, in this order: a task accepted before the first answer is then either over, or in the second one.</summary>
    public static IReadOnlyList<PidboxRequest> FirstQuestions(bool withScheduled) =>
        withScheduled ? [PidboxRequest.Stats, PidboxRequest.Active(), PidboxRequest.Scheduled] : [PidboxRequest.Stats, PidboxRequest.Active()];

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
            ScheduledBefore = [.. First.Where(static r => r.Request.Method == "scheduled").SelectMany(static r => r.Answers).SelectMany(CeleryTaskInfo.ParseScheduled)],
            Broker = Broker,
            After = [.. Answers("stats").Select(CeleryStats.Parse)],
            Scheduled = [.. Answers("scheduled").SelectMany(CeleryTaskInfo.ParseScheduled)],
            Reserved = [.. Answers("reserved").SelectMany(CeleryTaskInfo.ParseList)],
            ActiveAfter = [.. Answers("active").SelectMany(CeleryTaskInfo.ParseList)],
            WorkersWithoutQueues = Answers("active_queues").Count(static r => CeleryQueueNames.Parse(r).Count == 0),
            MissingReplies = First.Concat(Second).Sum(static r => r.Missing),
        };
    }
}
