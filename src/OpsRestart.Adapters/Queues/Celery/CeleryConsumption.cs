namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Whether each worker takes tasks from its broker: an answer to a control command does not show that.</summary>
internal static class CeleryConsumption
{
    // Between two pops, and while a task is brought, a connection does not wait for a moment.
    private static readonly TimeSpan JustNow = TimeSpan.FromSeconds(2);

    /// <summary>The workers, each with what the broker shows of it.</summary>
    public static async Task<IReadOnlyList<QueueWorker>> JudgeAsync(
        IReadOnlyList<QueueWorker> workers,
        ICeleryTransport transport,
        CancellationToken cancellationToken
    )
    {
        var asked = workers.Where(static w => w.Queues.Count > 0 && !IsFull(w)).ToList();
        var waits = asked.Count == 0 ? [] : await AskAsync(asked, workers, transport, cancellationToken).ConfigureAwait(false);
        return
        [
            .. workers.Select(w =>
                w with
                {
                    IsConsuming =
                        w.Queues.Count == 0 ? false
                        : asked.IndexOf(w) is >= 0 and var i ? waits[i]
                        : true,
                }
            ),
        ];
    }

    /// <summary>It holds as many tasks as it may, or as it can run: then it takes no more, and all is well.</summary>
    private static bool IsFull(QueueWorker worker) =>
        (worker.Prefetch is > 0 and var prefetch && worker.Active + worker.Reserved + worker.Scheduled >= prefetch)
        || (worker.Concurrency is > 0 and var concurrency && worker.Active >= concurrency);

    private static async Task<IReadOnlyList<bool?>> AskAsync(
        IReadOnlyList<QueueWorker> asked,
        IReadOnlyList<QueueWorker> all,
        ICeleryTransport transport,
        CancellationToken cancellationToken
    )
    {
        if (await transport.GetConsumersAsync(cancellationToken).ConfigureAwait(false) is { } connections)
        {
            return WaitingWorkers.Judge(
                asked,
                connections.Where(static c => c.IsBlocked || c.Idle <= JustNow).Select(static c => c.Address)
            );
        }

        var queues = asked.SelectMany(static w => w.Queues).Distinct().ToList();
        return await transport.CountConsumersAsync(queues, cancellationToken).ConfigureAwait(false) is { } counts
            ? [.. asked.Select(w => ByCount(w, all, counts))]
            : [.. asked.Select(static _ => (bool?)null)];
    }

    /// <summary>By how many consume each queue, and how many say that they do.</summary>
    private static bool? ByCount(QueueWorker worker, IReadOnlyList<QueueWorker> all, IReadOnlyDictionary<string, int> counts)
    {
        var each = worker.Queues.Select(q => (There: counts.GetValueOrDefault(q), Expected: all.Count(w => w.Queues.Contains(q)))).ToList();
        return each.Exists(static q => q.There == 0) ? false
            : each.TrueForAll(static q => q.There >= q.Expected) ? true
            : null;
    }
}
