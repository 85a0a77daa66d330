namespace OpsRestart.Core.Planning;

/// <summary>
/// A graph as one operation carries it out: the drain of each queue as chosen, and the hooks that run. Planning, checks and execution read
/// this one.
/// </summary>
internal static class EffectiveGraph
{
    public static ServiceGraph Of(ServiceGraph graph, GraphOperation operation, PlanOptions options, IReadOnlySet<string> chosen) =>
        graph with
        {
            Queues =
            [
                .. graph.Queues.Select(q =>
                    IsTouched(q, operation, options, chosen) ? Of(q, options, chosen) : q with { Drain = DrainLevel.None }
                ),
            ],
            Hooks =
                operation != GraphOperation.Restart || options.Rolling ? []
                : options.Hook is { } extra ? [.. graph.Hooks, extra]
                : graph.Hooks,
        };

    private static bool IsTouched(GraphQueue queue, GraphOperation operation, PlanOptions options, IReadOnlySet<string> chosen) =>
        operation != GraphOperation.Start && !options.Emergency && queue.ConsumedBy.Any(chosen.Contains);

    private static GraphQueue Of(GraphQueue queue, PlanOptions options, IReadOnlySet<string> chosen)
    {
        if (options.Rolling)
        {
            // Celery's workers can be suspended one by one; a flag of RQ's holds for all, so it is set for a moment only.
            var one = queue.System == "celery";
            return queue with
            {
                Drain = one ? DrainLevel.Executing : DrainLevel.None,
                Suspend = one,
                SuspendBeforeStop = !one && !options.WithoutSuspension.Contains(queue.System),
                Timeout = options.DrainTimeout ?? queue.Timeout,
                OnTimeout = options.OnDrainTimeout ?? queue.OnTimeout,
            };
        }

        var level = Level(queue, options, chosen);
        var suspend = level == DrainLevel.Executing || options.DrainMode is DrainMode.Signal or DrainMode.SuspendOnly;
        return queue with
        {
            Drain = level,
            Suspend = suspend,
            SuspendBeforeStop =
                !suspend
                && (level == DrainLevel.None || MayBeFed(queue, chosen))
                && !IsKilledAtOnce(options)
                && !options.WithoutSuspension.Contains(queue.System),
            Timeout = options.DrainTimeout ?? queue.Timeout,
            OnTimeout = options.OnDrainTimeout ?? queue.OnTimeout,
        };
    }

    /// <summary>
    /// Workers that are stopped together, or in the moment in which they take a task, may lose what comes then. Who feeds the queue may be
    /// in no graph.
    /// </summary>
    private static bool MayBeFed(GraphQueue queue, IReadOnlySet<string> chosen) =>
        !Producers(queue).Any() || !Producers(queue).All(chosen.Contains);

    /// <summary>Celery's workers can be suspended one by one: those that the run leaves up work on.</summary>
    private static bool OthersGoOn(GraphQueue queue, IReadOnlySet<string> chosen) =>
        queue.System == "celery" && !queue.ConsumedBy.All(chosen.Contains);

    private static bool IsKilledAtOnce(PlanOptions options) => options.StopTimeout == TimeSpan.Zero;

    private static IEnumerable<string> Producers(GraphQueue queue) => queue.FedBy.Except(queue.ConsumedBy);

    /// <summary>
    /// A backlog can only run empty when its producers are down. Where the run leaves some of them up, no more can be promised than that no
    /// task runs: consumption is suspended, and what they queue meanwhile waits.
    /// </summary>
    private static DrainLevel Level(GraphQueue queue, PlanOptions options, IReadOnlySet<string> chosen)
    {
        var level = options.DrainMode switch
        {
            DrainMode.Wait => DrainLevel.Executing,
            null => options.DrainLevel ?? queue.Drain,
            _ => DrainLevel.None,
        };
        var producersStop = Producers(queue).All(chosen.Contains);
        return options.DrainLevel is null && level > DrainLevel.Executing && (!producersStop || OthersGoOn(queue, chosen))
            ? DrainLevel.Executing
            : level;
    }
}
