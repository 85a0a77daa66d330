using System.Collections.Concurrent;

namespace OpsRestart.Adapters.Systemd;

/// <summary>Restart counts seen before, to tell a count that rises from one that is just high.</summary>
internal sealed class RestartHistory
{
    /// <summary>A rise counts for this long: a unit that restarts once a day is not flapping.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Seen> _seen = new(StringComparer.Ordinal);

    /// <summary>Records a count; true when it rose within the window.</summary>
    public bool HasRisen(string id, long? restarts, DateTime now)
    {
        if (restarts is not { } count)
        {
            return false;
        }

        var seen = _seen.AddOrUpdate(
            id,
            _ => new Seen(count, now, null),
            (_, before) =>
                before.Count == count && now - before.At < Window
                    ? before
                    : new Seen(count, now, count > before.Count && now - before.At < Window ? now : null)
        );
        return seen.RoseAt is { } rose && now - rose < Window;
    }

    private sealed record Seen(long Count, DateTime At, DateTime? RoseAt);
}
