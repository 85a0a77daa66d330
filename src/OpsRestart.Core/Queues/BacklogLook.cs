namespace OpsRestart.Core.Queues;

/// <summary>The queues and workers of a system at one moment. Two of them tell each queue's own rate.</summary>
/// <param name="Queues">The queues.</param>
/// <param name="Workers">All workers of the system.</param>
/// <param name="At">When, on a clock that only goes forward.</param>
internal sealed record BacklogLook(IReadOnlyList<WorkQueue> Queues, IReadOnlyList<QueueWorker> Workers, TimeSpan At)
{
    /// <summary>
    /// Tasks a second of one queue: what its workers finished, where they serve no other queue and count; or what its broker measured;
    /// otherwise by how much it became shorter. Null: it can't be told.
    /// </summary>
    public double? RateSince(BacklogLook before, string queue)
    {
        var seconds = (At - before.At).TotalSeconds;
        return seconds <= 0
            ? null
            : FinishedSince(before, queue) / seconds
                ?? (Queues.FirstOrDefault(q => q.Name == queue)?.Rate is > 0 and var told ? told : ShorterSince(before, queue) / seconds);
    }

    /// <summary>What was done in one queue since somebody began to count; null: nobody counts for this queue alone.</summary>
    public long? Done(WorkQueue queue)
    {
        var own = Own(queue.Name);
        return queue.Done
            ?? (
                own.Count > 0 && own.All(static w => w is { Queues.Count: 1, Processed: not null })
                    ? own.Sum(static w => w.Processed)
                    : null
            );
    }

    private List<QueueWorker> Own(string queue) => [.. Workers.Where(w => w.Queues.Contains(queue))];

    private long? FinishedSince(BacklogLook before, string queue)
    {
        long finished = 0;
        var own = Own(queue);
        foreach (var worker in own)
        {
            var then = before.Workers.FirstOrDefault(w => w.Name == worker.Name && w.Pid == worker.Pid);
            if (worker.Queues.Count > 1 || worker.Processed is not { } now || then?.Processed is not { } earlier)
            {
                return null;
            }

            finished += now - earlier;
        }

        return own.Count > 0 ? finished : null;
    }

    private long? ShorterSince(BacklogLook before, string queue) =>
        before.Queues.FirstOrDefault(q => q.Name == queue) is { IsCounted: true } then
        && Queues.FirstOrDefault(q => q.Name == queue) is { IsCounted: true } now
            ? Math.Max(0, then.Ready - now.Ready)
            : null;
}
