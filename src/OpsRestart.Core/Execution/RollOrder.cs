using OpsRestart.Core.Queues;

namespace OpsRestart.Core.Execution;

/// <summary>The order of a rolling restart: idle workers first, so that a long task holds up nothing but its own worker.</summary>
internal static class RollOrder
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Consumers as they work now, the idle ones first. A queue that does not answer orders nothing; the run itself will see.
    /// </summary>
    public static async Task<IReadOnlyList<string>> IdleFirstAsync(
        ServiceGraph graph,
        IWorkQueueFactory queues,
        IServiceHost services,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var found = await Task.WhenAll(graph.Queues.Select(q => LoadsAsync(graph, q, queues, services, limit.Token))).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return
        [
            .. found
                .SelectMany(static f => f)
                .GroupBy(static l => l.Node, static l => l.Load, StringComparer.Ordinal)
                .OrderBy(static g => g.Sum())
                .Select(static g => g.Key),
        ];
    }

    /// <summary>After a failure: the instances that the roll had not come to.</summary>
    public static void WarnOfUntouched(RunState run)
    {
        var untouched = run.Plan.Nodes.Where(n => !run.Stopped.ContainsKey(n)).ToList();
        if (run.Plan.IsRolling && untouched.Count > 0)
        {
            run.Journal.Warn($"The roll stopped here. Untouched: {string.Join(", ", untouched)}.");
        }
    }

    private static async Task<IReadOnlyList<(string Node, int Load)>> LoadsAsync(
        ServiceGraph graph,
        GraphQueue queue,
        IWorkQueueFactory queues,
        IServiceHost services,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var loads = new List<(string, int)>();
            var system = await queues.OpenAsync(queue, cancellationToken).ConfigureAwait(false);
            await using (system.ConfigureAwait(false))
            {
                foreach (var node in graph.Nodes.Where(n => queue.ConsumedBy.Contains(n.Name)))
                {
                    var own = await NodeWorkers.FindAsync(system, [node], services, cancellationToken).ConfigureAwait(false);
                    loads.Add((node.Name, own.Sum(static w => w.Active)));
                }
            }

            return loads;
        }
        catch (Exception e) when (e is OpsRestartException or OperationCanceledException)
        {
            return [];
        }
    }
}
