using System.Runtime.CompilerServices;

namespace OpsRestart.Adapters.CommandServices;

/// <summary>What the commands of nodes have printed in this process: no more is known of what such a service says.</summary>
internal sealed class CommandServiceLog(TimeProvider time) : IServiceLog
{
    private const int Kept = 2000;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);
    private readonly Lock _gate = new();
    private readonly Queue<(long Number, ServiceLogEntry Entry)> _lines = new();
    private long _last;

    public void Add(string service, string what, string line)
    {
        lock (_gate)
        {
            _last++;
            _lines.Enqueue(
                (
                    _last,
                    new ServiceLogEntry
                    {
                        Time = time.GetUtcNow().UtcDateTime,
                        Service = service,
                        Message = line,
                        Identifier = what,
                        HostName = "localhost",
                        Cursor = _last.ToString(CultureInfo.InvariantCulture),
                    }
                )
            );
            if (_lines.Count > Kept)
            {
                _lines.Dequeue();
            }
        }
    }

    public async IAsyncEnumerable<ServiceLogEntry> ReadAsync(
        ServiceLogQuery query,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // Commands give no priority: all lines are informational.
        if (query.Priority < ServiceLogPriority.Info)
        {
            yield break;
        }

        var after = long.TryParse(query.AfterCursor, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var first = After(after, query);
        after = Math.Max(after, first.Count > 0 ? first[^1].Number : 0);
        foreach (var (_, entry) in query.Tail is { } tail ? first.TakeLast(tail) : first)
        {
            yield return entry;
        }

        while (query.Follow)
        {
            await Task.Delay(Every, time, cancellationToken).ConfigureAwait(false);
            foreach (var (line, entry) in After(after, query))
            {
                after = line;
                yield return entry;
            }
        }
    }

    public Task<string?> GetCursorAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<string?>(_last.ToString(CultureInfo.InvariantCulture));
        }
    }

    private List<(long Number, ServiceLogEntry Entry)> After(long number, ServiceLogQuery query)
    {
        lock (_gate)
        {
            return
            [
                .. _lines.Where(l =>
                    l.Number > number
                    && !(l.Entry.Time < query.Since)
                    && (query.Services.Count == 0 || query.Services.Any(s => NameMatch.Matches(l.Entry.Service, s)))
                ),
            ];
        }
    }
}
