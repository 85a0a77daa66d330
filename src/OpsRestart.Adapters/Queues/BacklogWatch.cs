namespace OpsRestart.Adapters.Queues;

/// <summary>
/// Looks at queues, twice where a rate is asked for, and judges each; the same for the cmdlet and for the probe of graphs.
/// </summary>
internal sealed class BacklogWatch(IBacklogMemory memory, TimeProvider time)
{
    public async Task<IReadOnlyList<(WorkQueue Queue, BacklogVerdict Verdict)>> JudgeAsync(
        IWorkQueueSystem system,
        IReadOnlyList<string> names,
        BacklogSettings settings,
        CancellationToken cancellationToken
    )
    {
        var before = await LookAsync(system, names, cancellationToken).ConfigureAwait(false);
        var now = before;
        if (!settings.Limits.TimeToClear.IsEmpty && before.Queues.Any(static q => q is not { IsCounted: true, Ready: 0 }))
        {
            await Task.Delay(settings.Sample, time, cancellationToken).ConfigureAwait(false);
            now = await LookAsync(system, names, cancellationToken).ConfigureAwait(false);
        }

        return
        [
            .. now.Queues.Select(queue =>
                (queue, BacklogRule.Judge(queue, settings.Limits, now.RateSince(before, queue.Name), StandsFor(queue, now)))
            ),
        ];
    }

    private TimeSpan StandsFor(WorkQueue queue, BacklogLook look)
    {
        if (!queue.IsCounted)
        {
            return default;
        }

        var name = BacklogProgress.NameOf(queue);
        if (queue.Ready == 0)
        {
            memory.Forget(name);
            return default;
        }

        var at = time.GetUtcNow().UtcDateTime;
        var progress = BacklogProgress.Next(memory.Find(name), queue, look.Done(queue), at);
        memory.Save(progress);
        return at - progress.LastDone;
    }

    private async Task<BacklogLook> LookAsync(IWorkQueueSystem system, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var queues = await system.GetQueuesAsync(names, cancellationToken).ConfigureAwait(false);
        var workers = await system.GetWorkersAsync(cancellationToken).ConfigureAwait(false);
        return new BacklogLook(queues, workers, time.GetElapsedTime(0));
    }
}
