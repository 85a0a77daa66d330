namespace OpsRestart.Core.Planning;

/// <summary>A graph as one operation carries it out: the drain of each queue as chosen, and the hooks that run. Planning, checks and execution read this one.</summary>
internal static class EffectiveGraph
{
    public static ServiceGraph Of(ServiceGraph graph, GraphOperation operation, PlanOptions options, IReadOnlySet<string> chosen) => graph with
    {
        Queues = [.. graph.Queues.Select(q => IsTouched(q, operation, chosen) ? Of(q, options, chosen) : q with { Drain = DrainLevel.None })],
        Hooks = operation != GraphOperation.Restart ? [] : options.Hook is { } extra ? [.. graph.Hooks, extra] : graph.Hooks,
    };

    private static bool IsTouched(GraphQueue queue, GraphOperation operation, IReadOnlySet<string> chosen)
        => operation != GraphOperation.Start && queue.ConsumedBy.Any(chosen.Contains);

    private static GraphQueue Of(GraphQueue queue, PlanOptions options, IReadOnlySet<string> chosen)
    {
        var level = Level(queue, options, chosen);
        return queue with
        {
            Drain = level,
            Suspend = level == DrainLevel.Executing || options.Mode is DrainMode.Signal or DrainMode.SuspendOnly,
            Timeout = options.DrainTimeout ?? queue.Timeout,
            OnTimeout = options.OnDrainTimeout ?? queue.OnTimeout,
        };
    }

    /// <summary>
    /// A backlog can only run empty when its producers are down. Where the run leaves some of them up, no more can be promised than that no task runs:
    /// consumption is suspended, and what they queue meanwhile waits.
    /// </summary>
    private static DrainLevel Level(GraphQueue queue, PlanOptions options, IReadOnlySet<string> chosen)
    {
        var level = options.Mode switch
        {
            DrainMode.Wait => DrainLevel.Executing,
            null => options.Drain ?? queue.Drain,
            _ => DrainLevel.None,
        };
        var producersStop = queue.FedBy.Except(queue.ConsumedBy).All(chosen.Contains);
        return options.Drain is null && level > DrainLevel.Executing && !producersStop ? DrainLevel.Executing : level;
    }
}
