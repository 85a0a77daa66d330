using OpsRestart.Core.Queues;

namespace OpsRestart.Core.Execution;

/// <summary>
/// The tasks that run in a consumer whose queue was not seen to end, as of just before its stop: a worker that shuts down does not answer.
/// If it has to be killed, these are what is lost.
/// </summary>
internal static class UnfinishedTasks
{
    /// <summary>A courtesy must not hold up a stop.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private const int Shown = 20;

    public static async Task<IReadOnlyList<WorkerTask>> FindAsync(
        ServiceNode node,
        IServiceManager manager,
        RunState run,
        CancellationToken cancellationToken
    )
    {
        var queues = run
            .Plan.Definition.Queues.Where(q =>
                q.ConsumedBy.Contains(node.Name)
                && !run.DrainedNodes.ContainsKey(node.Name)
                && !(run.Drains.TryGetValue(q.Name, out var drain) && drain.IsDrained)
            )
            .ToList();
        if (queues.Count == 0)
        {
            return [];
        }

        using var patience = new CancellationTokenSource(Patience, run.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var processes = (await manager.GetProcessesAsync(node.Service, limit.Token).ConfigureAwait(false))
                .Select(static p => p.Pid)
                .ToHashSet();
            var found = await Task.WhenAll(queues.Select(q => FindAsync(q, processes, run, limit.Token))).ConfigureAwait(false);
            return [.. found.SelectMany(static f => f)];
        }
        catch (OpsRestartException)
        {
            return [];
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [];
        }
    }

    /// <summary>A sentence for a warning; empty when nothing is known to have run.</summary>
    public static string Describe(IReadOnlyList<WorkerTask> tasks)
    {
        var more = tasks.Count > Shown ? FormattableString.Invariant($" and {tasks.Count - Shown} more") : "";
        return tasks.Count == 0
            ? ""
            : $" When it was told to stop it ran {string.Join(", ", tasks.Take(Shown))}{more}: what had not ended is lost, unless its "
                + "queue gives it out again.";
    }

    private static async Task<IEnumerable<WorkerTask>> FindAsync(
        GraphQueue queue,
        HashSet<int> processes,
        RunState run,
        CancellationToken cancellationToken
    )
    {
        var system = await run.Ports.Queues.OpenAsync(queue, cancellationToken).ConfigureAwait(false);
        await using (system.ConfigureAwait(false))
        {
            var tasks = await system
                .GetTasksAsync(new WorkerTaskQuery { Queues = queue.Queues, States = [WorkerTaskState.Active] }, cancellationToken)
                .ConfigureAwait(false);
            if (tasks.Count == 0 || queue.ConsumedBy.Count == 1)
            {
                return tasks;
            }

            var workers = await system.GetWorkersAsync(cancellationToken).ConfigureAwait(false);
            var mine = workers
                .Where(w => w.Pid is { } pid && processes.Contains(pid))
                .Select(static w => w.Name)
                .ToHashSet(StringComparer.Ordinal);
            return tasks.Where(t => t.Worker is { } worker ? mine.Contains(worker) : t.Pid is { } pid && processes.Contains(pid));
        }
    }
}
