namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Counts equal looks that are apart in time: where no single look is a proof, several stand for it.</summary>
internal sealed class RepeatedLooks(int wanted, TimeSpan apart, TimeProvider time)
{
    private long accepted;
    private long first;
    private long last;

    public int Count { get; private set; }

    public TimeSpan Apart => apart;

    /// <summary>One more; true when that is enough. Looks too close to the last one don't count; when a task was accepted since, it begins anew.</summary>
    /// <param name="acceptedByNow">Tasks accepted by all workers so far.</param>
    /// <param name="atLeast">How long it has to be so, however many looks that are.</param>
    public bool Add(long acceptedByNow, TimeSpan atLeast)
    {
        if (Count > 0 && acceptedByNow != accepted)
        {
            Reset();
        }

        var now = time.GetTimestamp();
        if (Count == 0)
        {
            (accepted, first, last, Count) = (acceptedByNow, now, now, 1);
        }
        else if (time.GetElapsedTime(last, now) >= apart)
        {
            last = now;
            Count++;
        }

        return Count >= wanted && Left(atLeast) <= TimeSpan.Zero;
    }

    /// <summary>What is missing to that time.</summary>
    public TimeSpan Left(TimeSpan atLeast) => atLeast - time.GetElapsedTime(first);

    public void Reset() => Count = 0;
}
