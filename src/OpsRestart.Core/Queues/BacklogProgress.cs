namespace OpsRestart.Core.Queues;

/// <summary>When something was last seen to be done in a queue: one look is too short to tell whether it is stuck.</summary>
internal sealed record BacklogProgress
{
    /// <summary>The broker's address without secrets, and the queue's name.</summary>
    public required string Queue { get; init; }

    public long Ready { get; init; }

    public long Unacked { get; init; }

    /// <summary>What its workers finished so far; null: nobody counts for this queue alone.</summary>
    public long? Done { get; init; }

    /// <summary>When this look was (UTC).</summary>
    public DateTime At { get; init; }

    /// <summary>The latest moment (UTC) at which something can have been done: an earlier look, and all later ones saw the same.</summary>
    public DateTime LastDone { get; init; }

    public static string NameOf(WorkQueue queue) => $"{queue.Broker} {queue.Name}";

    /// <summary>
    /// Counts tell that something was done. Where nobody counts, any change of what waits and is held may come from it, so only what does
    /// not change at all is standing still.
    /// </summary>
    public static BacklogProgress Next(BacklogProgress? before, WorkQueue queue, long? done, DateTime at)
    {
        var stands =
            before is not null
            && before.At <= at
            && queue.Ready > 0
            && queue.Ready >= before.Ready
            && (done is not null && before.Done is not null ? done == before.Done : Same(before, queue));
        return new BacklogProgress
        {
            Queue = NameOf(queue),
            Ready = queue.Ready,
            Unacked = queue.Unacked,
            Done = done,
            At = at,
            LastDone = stands ? before!.LastDone : at,
        };
    }

    private static bool Same(BacklogProgress before, WorkQueue queue) => queue.Ready == before.Ready && queue.Unacked == before.Unacked;
}
