namespace OpsRestart.Core.Queues;

/// <summary>Tasks a second over the last ten seconds, from a monotone count.</summary>
internal sealed class DrainRate
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private readonly Queue<(TimeSpan At, long Count)> _samples = new();
    private long? _first;
    private long _last;

    /// <summary>Tasks finished since the first sample; null when the system does not count.</summary>
    public long? Finished => _first is { } first ? Math.Max(0, _last - first) : null;

    public double? Add(TimeSpan at, long? count)
    {
        if (count is not { } now)
        {
            return null;
        }

        // A restarted worker counts from 0 again: begin again, keeping what was counted.
        if (_first is null || now < _last)
        {
            _first = _first is null ? now : now - (Finished ?? 0);
            _samples.Clear();
        }

        _last = now;
        _samples.Enqueue((at, now));
        while (_samples.Count > 2 && at - _samples.Peek().At > Window)
        {
            _samples.Dequeue();
        }

        var (start, base0) = _samples.Peek();
        return at - start >= TimeSpan.FromSeconds(1) ? (now - base0) / (at - start).TotalSeconds : null;
    }
}
