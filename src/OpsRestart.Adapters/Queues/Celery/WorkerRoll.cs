using OpsRestart.Adapters.Commands;
using static System.FormattableString;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>
/// Keeps account of the workers that a drain has seen: a worker that stops answering has not thereby finished. One of this machine is
/// waited for until its process is gone. One elsewhere stays visible by its connection; after the broker was away it has to come back.
/// </summary>
internal sealed class WorkerRoll
{
    private readonly Dictionary<(string Node, int Pid), Entry> _entries = [];
    private readonly HashSet<string> _awaited = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _queues = new(StringComparer.Ordinal);

    public bool IsEmpty => _entries.Count == 0;

    /// <summary>Tasks accepted by all workers ever seen, also those that are gone: it never falls.</summary>
    public long Accepted => _entries.Values.Sum(static e => e.Accepted);

    /// <summary>Of those alone that may have had tasks of these queues; null: all.</summary>
    public long AcceptedOf(IReadOnlySet<string>? scope) => _entries.Values.Where(e => MayServe(e, scope)).Sum(static e => e.Accepted);

    public IEnumerable<string> Names => _entries.Values.Where(static e => !e.IsGone).Select(static e => e.Node).Distinct();

    /// <summary>Workers that were there and have ended.</summary>
    /// <param name="scope">The queues that matter; null: all. Who was seen to consume others alone had none of their tasks.</param>
    public IReadOnlyList<string> Ended(IReadOnlySet<string>? scope) =>
        [.. _entries.Values.Where(e => e.IsGone && MayServe(e, scope)).Select(static e => Invariant($"{e.Node} (process {e.Pid})"))];

    /// <summary>Workers elsewhere that were there before the broker was away, and are not back.</summary>
    public IReadOnlyCollection<string> Awaited => _awaited;

    public void Saw(IEnumerable<CeleryStats> answers)
    {
        foreach (var stats in answers)
        {
            _awaited.Remove(stats.Node);
            if (_entries.TryGetValue((stats.Node, stats.Pid), out var entry))
            {
                entry.Accepted = Math.Max(entry.Accepted, stats.Accepted);
                entry.IsGone = false;
                continue;
            }

            // The same node under a new number: the old process is not what answers.
            var local = stats.HostName == WorkerNames.HostName ? ProcessEntry.Find(stats.Pid) : null;
            _entries[(stats.Node, stats.Pid)] = new Entry(stats.Node, stats.Pid, local, stats.HostName == WorkerNames.HostName)
            {
                Accepted = stats.Accepted,
            };
        }
    }

    /// <summary>A worker consumes these; what it was seen to consume before counts too. None: it may have been suspended.</summary>
    public void Consumes(string node, IReadOnlyCollection<string> queues)
    {
        if (queues.Count > 0 && !_queues.TryAdd(node, queues.ToHashSet(StringComparer.Ordinal)))
        {
            _queues[node].UnionWith(queues);
        }
    }

    /// <summary>The broker was away: connections tell nothing of the time before.</summary>
    public void BrokerWasAway() =>
        _awaited.UnionWith(_entries.Values.Where(static e => !e.IsLocal && !e.IsGone).Select(static e => e.Node));

    /// <summary>
    /// Workers that did not answer now and still run: those of this machine by their process. Others, where the broker shows no
    /// connections, as long as no successor answers.
    /// </summary>
    public IReadOnlyList<string> SilentButAlive(IReadOnlyCollection<CeleryStats> answers, bool connectionsAreSeen)
    {
        var answered = answers.Select(static s => (s.Node, s.Pid)).ToHashSet();
        var nodes = answers.Select(static s => s.Node).ToHashSet(StringComparer.Ordinal);
        var silent = new List<string>();
        foreach (var entry in _entries.Values.Where(e => !e.IsGone && !answered.Contains((e.Node, e.Pid))))
        {
            if (entry.Process is { IsAlive: true })
            {
                silent.Add(Invariant($"{entry.Node} (process {entry.Pid}) has left the control channel, and still runs"));
            }
            else if (!entry.IsLocal && !connectionsAreSeen && !nodes.Contains(entry.Node))
            {
                silent.Add($"{entry.Node} has left the control channel; whether it still runs can't be seen from here");
            }
            else
            {
                entry.IsGone = true;
            }
        }

        return silent;
    }

    private bool MayServe(Entry worker, IReadOnlySet<string>? scope) =>
        scope is null || !_queues.TryGetValue(worker.Node, out var queues) || scope.Overlaps(queues);

    private sealed class Entry(string node, int pid, ProcessEntry? process, bool isLocal)
    {
        public string Node { get; } = node;

        public int Pid { get; } = pid;

        public ProcessEntry? Process { get; } = process;

        public bool IsLocal { get; } = isLocal;

        public long Accepted { get; set; }

        public bool IsGone { get; set; }
    }
}
