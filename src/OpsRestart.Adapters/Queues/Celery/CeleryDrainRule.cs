using static System.FormattableString;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>
/// When are Celery's workers done? R1: stats, then active. S: queues, unacknowledged messages and the workers' connections at one moment.
/// R2: stats again. At S nothing waits, nothing is unacknowledged, and nothing is on its way, since kombu pops again only after it stored
/// the last message as unacknowledged. So only a task that was acknowledged before it ran could exist. Accepted after R1's stats, it makes
/// R2's count larger. Accepted before, and still running at S, it was in R1's active. A worker that shuts down answers nobody, but its
/// connection stays: then there are more connections than answers.
/// </summary>
internal static class CeleryDrainRule
{
    // BRPOP waits one second. After two, its answer has been delivered; and the loop that reads it is alive, since it answered.
    private static readonly TimeSpan SettledIdle = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan UnresponsiveIdle = TimeSpan.FromSeconds(5);

    /// <summary>RetryAfter is zero where only something short-lived is in the way: look again at once.</summary>
    public static DrainObservation Judge(CeleryLook look)
    {
        var reasons = new List<string>();
        var near = true;
        var running = InScope(look, look.Active.Concat(look.ActiveAfter)).DistinctBy(static t => t.Id).ToList();
        var waitsOutsideEta = HeldNotScheduled(look);
        var consumers = JudgeConsumers(look);

        void Against(bool itIs, bool soon, Func<string> why)
        {
            if (itIs)
            {
                reasons.Add(why());
                near &= soon;
            }
        }

        Against(running.Count > 0, false, () => Describe(running));
        Against(look.Level != DrainLevel.Executing && look.Broker.Ready > 0, false, () => "tasks wait in the queues");
        Against(
            waitsOutsideEta > 0,
            false,
            () => Invariant($"{waitsOutsideEta} task(s) are delivered and not yet acknowledged, and no worker lists them as scheduled")
        );
        Against(
            look.Level == DrainLevel.Quiescent && look.Broker.Held is not null && Held(look) > waitsOutsideEta,
            false,
            () => Invariant($"{Held(look) - waitsOutsideEta} ETA or retry task(s) wait for their time")
        );
        Against(
            look.Level == DrainLevel.Quiescent && look.Broker.Held is null && InScope(look, look.Scheduled).Any(),
            false,
            () => Invariant($"{InScope(look, look.Scheduled).Count()} ETA or retry task(s) wait for their time")
        );
        Against(
            look.Level == DrainLevel.Quiescent && look.Broker.Delayed > 0,
            false,
            () => Invariant($"{look.Broker.Delayed} ETA or retry task(s) wait for their time in the broker")
        );
        Against(look.Broker.Blind is not null, false, () => look.Broker.Blind!);
        Against(look.Broker.HeldChanged, true, () => "messages were acknowledged while looking");
        Against(
            InScope(look, look.Reserved).Any(),
            false,
            () => Invariant($"{InScope(look, look.Reserved).Count()} task(s) wait inside workers")
        );
        Against(look.MissingReplies > 0, false, () => Invariant($"{look.MissingReplies} answer(s) are missing"));
        Against(consumers.Reason is not null, consumers.IsNear, () => consumers.Reason!);
        Against(!SameCounts(look), true, () => "workers accepted tasks, or came and went, while looking");

        var drained = reasons.Count == 0;
        return new DrainObservation
        {
            Verdict = drained ? DrainVerdict.Drained : DrainVerdict.Busy,
            Confidence = drained ? consumers.Confidence : DrainConfidence.None,
            Waiting = look.Broker.Ready,
            Held = Held(look),
            Executing = running.Count,
            RetryAfter = near ? TimeSpan.Zero : TimeSpan.FromMilliseconds(100),
            Evidence = drained ? Proof(look) : reasons,
            Workers = [.. look.After.Select(static s => s.Node)],
        };
    }

    /// <summary>
    /// Whether a task is of these queues. Through a named exchange that can't be told from the task, so it counts as theirs.
    /// </summary>
    public static bool MayBelongTo(IReadOnlySet<string> queues, CeleryTaskInfo task) =>
        task.Exchange.Length > 0 || queues.Contains(task.RoutingKey);

    /// <summary>
    /// Delivered and not acknowledged, without those that are certainly still scheduled: still listed after S, so listed at S.
    /// </summary>
    private static long HeldNotScheduled(CeleryLook look)
    {
        if (look.Broker.Held is not { } held)
        {
            return Math.Max(0, look.Broker.HeldCount - CertainlyScheduled(look));
        }

        var scheduled = look.Scheduled.Select(static t => t.Id).ToHashSet(StringComparer.Ordinal);
        return held.Count(h => IsInScope(look, h) && !scheduled.Contains(h.Message.Id));
    }

    /// <summary>
    /// Scheduled before S and after it, so at S too: to run meanwhile it would have been accepted, and counts differ then. Where not all
    /// queues are counted, only tasks that name one of these: a named exchange may have led elsewhere.
    /// </summary>
    private static int CertainlyScheduled(CeleryLook look)
    {
        var before = look.ScheduledBefore.Select(static t => t.Id).ToHashSet(StringComparer.Ordinal);
        var all = look.Scope is null && look.Broker.Sight == BrokerSight.Full;
        return look.Scheduled.Count(t =>
            before.Contains(t.Id) && (all || (t.Exchange.Length == 0 && look.Broker.HeldOf.Contains(t.RoutingKey)))
        );
    }

    private static long Held(CeleryLook look) => look.Broker.Held is { } held ? held.Count(h => IsInScope(look, h)) : look.Broker.HeldCount;

    private static bool IsInScope(CeleryLook look, HeldMessage held) =>
        look.Scope is null || held.Queue.Length == 0 || look.Scope.Contains(held.Queue);

    private static IEnumerable<CeleryTaskInfo> InScope(CeleryLook look, IEnumerable<CeleryTaskInfo> tasks) =>
        look.Scope is null ? tasks : tasks.Where(t => MayBelongTo(look.Scope, t));

    private static bool SameCounts(CeleryLook look) =>
        look
            .Before.Select(Key)
            .Order(StringComparer.Ordinal)
            .SequenceEqual(look.After.Select(Key).Order(StringComparer.Ordinal), StringComparer.Ordinal);

    private static string Key(CeleryStats stats) => Invariant($"{stats.Node} {stats.Pid} {stats.Accepted}");

    private static (string? Reason, bool IsNear, DrainConfidence Confidence) JudgeConsumers(CeleryLook look)
    {
        if (look.Broker.Consumers is not { } consumers)
        {
            return (
                null,
                false,
                look.Broker.Sight switch
                {
                    BrokerSight.Full => DrainConfidence.Exact,
                    BrokerSight.ReadyOnly => DrainConfidence.Inspect,
                    _ => DrainConfidence.Timed,
                }
            );
        }

        var workers = look.After.Count;
        if (consumers.Count > workers)
        {
            return (
                $"{consumers.Count} connections take tasks, but only {workers} worker(s) answer: a worker is shutting down and still "
                    + "runs, or another program uses this broker",
                false,
                DrainConfidence.None
            );
        }

        if (consumers.Count < workers)
        {
            return (Invariant($"only {consumers.Count} of {workers} workers are connected for tasks"), true, DrainConfidence.None);
        }

        var open = consumers.Where(static c => !c.IsBlocked).ToList();
        var settled = open.Count(static c => c.Idle >= SettledIdle);
        if (open.Count == 0 || (settled == open.Count && open.Count <= look.WorkersWithoutQueues))
        {
            return (null, false, look.Broker.Sight == BrokerSight.Full ? DrainConfidence.Exact : DrainConfidence.Inspect);
        }

        var stuck = open.FirstOrDefault(c => c.Idle >= UnresponsiveIdle && open.Count > look.WorkersWithoutQueues);
        if (look.Scope is not null)
        {
            // The busy one may belong to other queues. Which connection is whose can't be seen: so this is less than exact.
            return (null, false, DrainConfidence.Inspect);
        }

        return (
            stuck is null
                ? Invariant($"{open.Count} worker(s) have just been given something")
                : $"the consumer at {stuck.Address} does not take tasks any more, and may have one",
            stuck is null,
            DrainConfidence.None
        );
    }

    private static string Describe(List<CeleryTaskInfo> running) =>
        Invariant($"{running.Count} task(s) run: ")
        + string.Join(", ", running.Take(5).Select(static t => $"{t.Name} {t.Id} on {t.Node}"))
        + (running.Count > 5 ? " …" : "");

    private static List<string> Proof(CeleryLook look)
    {
        var lines = new List<string>
        {
            $"{look.Before.Count} worker(s) answered twice; none runs a task, and none accepted one between the answers "
                + $"({look.After.Sum(static s => s.Accepted)} accepted in all)",
            $"broker between the answers: {look.Broker.Ready} waiting"
                + (look.Level == DrainLevel.Executing ? ", which does not matter at this level" : "")
                + $", {Held(look)} held{(Held(look) > 0 ? ", all of them scheduled for later" : "")}",
        };
        if (look.Broker.Consumers is { } consumers)
        {
            lines.Add(
                look.Broker.Held is null
                    ? Invariant($"{consumers.Count} connection(s) of workers, as many as answered: none is shutting down")
                    : $"{consumers.Count(static c => c.IsBlocked)} of {consumers.Count} task connections wait in BRPOP, so nothing is on "
                        + "its way to a worker"
            );
        }

        return lines;
    }
}
