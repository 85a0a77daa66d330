namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>
/// Finds tasks that were delivered to a worker that is gone. They come back by themselves only after visibility_timeout (one hour).
/// Strict: every worker has to answer, none may be shutting down, and the task has to be nobody's in two rounds two seconds apart.
/// </summary>
internal sealed class CeleryOrphans(
    ICeleryTransport transport,
    Func<IReadOnlyList<PidboxRequest>, CancellationToken, Task<IReadOnlyList<BroadcastResult>>> ask,
    TimeProvider time
)
{
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyList<WorkerTask>> FindAsync(CancellationToken cancellationToken)
    {
        var tasks = new CeleryTasks(transport, ask, time);
        return [.. (await FindHeldAsync(cancellationToken).ConfigureAwait(false)).Select(h => tasks.FromHeld(h, WorkerTaskState.Orphan))];
    }

    public async Task<bool> RestoreAsync(WorkerTask task, CancellationToken cancellationToken)
    {
        var restored = false;
        foreach (var orphan in (await FindHeldAsync(cancellationToken).ConfigureAwait(false)).Where(h => h.Message.Id == task.Id))
        {
            restored |= await transport.RestoreAsync(orphan, cancellationToken).ConfigureAwait(false);
        }

        return restored;
    }

    private async Task<IReadOnlyList<HeldMessage>> FindHeldAsync(CancellationToken cancellationToken)
    {
        var first = await RoundAsync(cancellationToken).ConfigureAwait(false);
        if (first.Count == 0)
        {
            return [];
        }

        await Task.Delay(BetweenRounds, time, cancellationToken).ConfigureAwait(false);
        var tags = first.Select(static h => h.Tag).ToHashSet(StringComparer.Ordinal);
        return [.. (await RoundAsync(cancellationToken).ConfigureAwait(false)).Where(h => tags.Contains(h.Tag))];
    }

    private async Task<IReadOnlyList<HeldMessage>> RoundAsync(CancellationToken cancellationToken)
    {
        // Held first: a task that a worker takes after this is not in the list, one that it had before is in its answers.
        var held = await transport.GetHeldAsync(cancellationToken).ConfigureAwait(false);
        if (held.Count == 0)
        {
            return [];
        }

        var results = await ask(
                [PidboxRequest.Stats, PidboxRequest.Active(), PidboxRequest.Reserved, PidboxRequest.Scheduled, PidboxRequest.Registered],
                cancellationToken
            )
            .ConfigureAwait(false);
        var workers = results[0].Answers.Count();
        var consumers = (await transport.LookAsync([], cancellationToken).ConfigureAwait(false)).Consumers;
        if (results.Any(static r => !r.IsComplete) || consumers is null || consumers.Count > workers)
        {
            throw new CeleryException(
                OpsError.NoReply,
                $"Orphans at {transport.Broker} can't be told from running tasks: a worker does not answer or is shutting down.",
                transport.Broker,
                "Try again when every worker answers."
            );
        }

        var claimed = CeleryTasks.Claimed(results).Select(static t => t.Id).ToHashSet(StringComparer.Ordinal);
        var limited = results[4].Answers.SelectMany(static r => RateLimited(r.Value)).ToHashSet(StringComparer.Ordinal);
        return [.. held.Where(h => h.Message.Id.Length > 0 && !claimed.Contains(h.Message.Id) && !limited.Contains(h.Message.Name))];
    }

    /// <summary>
    /// Rate-limited tasks wait inside a worker and are in no list of it. <c>registered</c> gives "name [rate_limit=6/m]".
    /// </summary>
    private static IEnumerable<string> RateLimited(ForeignJson registered) =>
        registered
            .Items.Select(static r => r.Shown)
            .Where(static r => r.Contains("rate_limit=", StringComparison.Ordinal))
            .Select(static r => r.Split(' ')[0]);
}
