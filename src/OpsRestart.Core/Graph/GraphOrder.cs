namespace OpsRestart.Core.Graph;

/// <summary>
/// The two orders of a graph, each as "comes after": what must be ready before a node starts, and what must be stopped before it stops.
/// The stop order is not the reverse of the start order: producers of work go first, so that a drain between them and the consumers can end.
/// </summary>
public sealed class GraphOrder
{
    private readonly Dictionary<string, List<string>> _startAfter = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _stopAfter = new(StringComparer.Ordinal);

    public GraphOrder(ServiceGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        foreach (var node in graph.Nodes)
        {
            _startAfter[node.Name] = [];
            _stopAfter[node.Name] = [];
        }

        foreach (var node in graph.Nodes)
        {
            foreach (var need in node.Needs)
            {
                Add(_startAfter, node.Name, need);
                Add(_stopAfter, need, node.Name);
            }

            foreach (var other in node.StartsAfter)
            {
                Add(_startAfter, node.Name, other);
            }

            foreach (var other in node.StopsAfter)
            {
                Add(_stopAfter, node.Name, other);
            }
        }

        foreach (var queue in graph.Queues.Where(static q => q.Drain != DrainLevel.None))
        {
            foreach (var consumer in queue.ConsumedBy)
            {
                foreach (var producer in queue.FedBy.Where(p => p != consumer))
                {
                    Add(_stopAfter, consumer, producer);
                }
            }
        }
    }

    /// <summary>For each node those that must be ready before it starts.</summary>
    public IReadOnlyDictionary<string, List<string>> StartAfter => _startAfter;

    /// <summary>For each node those that must have stopped before it stops.</summary>
    public IReadOnlyDictionary<string, List<string>> StopAfter => _stopAfter;

    /// <summary>
    /// The order among a part of the nodes: the chosen ones that a node comes after, also when the way leads through nodes that are not chosen.
    /// </summary>
    public static IReadOnlyList<string> Before(IReadOnlyDictionary<string, List<string>> after, string node, IReadOnlySet<string> chosen)
    {
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(chosen);
        var found = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal) { node };
        var pending = new Queue<string>(after.TryGetValue(node, out var first) ? first : []);
        while (pending.TryDequeue(out var next))
        {
            if (!seen.Add(next))
            {
                continue;
            }

            if (chosen.Contains(next))
            {
                found.Add(next);
            }
            else if (after.TryGetValue(next, out var further))
            {
                foreach (var name in further)
                {
                    pending.Enqueue(name);
                }
            }
        }

        return found;
    }

    private static void Add(Dictionary<string, List<string>> edges, string from, string to)
    {
        // A name that is no node is the validator's finding; here it orders nothing.
        if (from != to && edges.TryGetValue(from, out var list) && edges.ContainsKey(to) && !list.Contains(to))
        {
            list.Add(to);
        }
    }
}
