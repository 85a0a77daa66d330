namespace OpsRestart.Core.Graph;

/// <summary>
/// The two orders of a graph, each as "comes after": what must be ready before a node starts, and what must be stopped before it stops.
/// What a drain puts between producers and consumers is the planner's; <see cref="StopAfterWithDrains"/> shows it to the search for cycles.
/// </summary>
internal sealed class GraphOrder
{
    // No name of a node begins like this.
    private const char Joined = '\0';

    private readonly Dictionary<string, List<string>> _startAfter = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _stopAfter = new(StringComparer.Ordinal);

    public GraphOrder(ServiceGraph graph)
    {
        foreach (var node in graph.Nodes)
        {
            _startAfter[node.Name] = [];
            _stopAfter[node.Name] = [];
        }

        var starts = new HashSet<(string, string)>();
        var stops = new HashSet<(string, string)>();
        foreach (var node in graph.Nodes)
        {
            foreach (var need in node.Needs)
            {
                Add(_startAfter, starts, node.Name, need);
                Add(_stopAfter, stops, need, node.Name);
            }

            foreach (var other in node.StartsAfter)
            {
                Add(_startAfter, starts, node.Name, other);
            }

            foreach (var other in node.StopsAfter)
            {
                Add(_stopAfter, stops, node.Name, other);
            }
        }
    }

    /// <summary>For each node those that must be ready before it starts.</summary>
    public IReadOnlyDictionary<string, List<string>> StartAfter => _startAfter;

    /// <summary>For each node those that must have stopped before it stops.</summary>
    public IReadOnlyDictionary<string, List<string>> StopAfter => _stopAfter;

    /// <summary>
    /// The stop order with the drains in it, for the search for cycles: consumers stop after the producers of their queue. One entry that
    /// is no node stands between them, see <see cref="IsNode"/>: many consumers and many producers would else be as many edges as one times
    /// the other.
    /// </summary>
    public IReadOnlyDictionary<string, List<string>> StopAfterWithDrains(ServiceGraph graph)
    {
        var order = _stopAfter.ToDictionary(static n => n.Key, static n => n.Value.ToList(), StringComparer.Ordinal);
        foreach (var queue in graph.Queues.Where(static q => q.Drain != DrainLevel.None))
        {
            var between = Joined + queue.Name;
            order[between] = [.. queue.FedBy.Except(queue.ConsumedBy).Where(_stopAfter.ContainsKey)];
            foreach (var consumer in queue.ConsumedBy.Where(_stopAfter.ContainsKey))
            {
                order[consumer].Add(between);
            }
        }

        return order;
    }

    /// <summary>Whether an entry of <see cref="StopAfterWithDrains"/> is a node.</summary>
    public static bool IsNode(string name) => !name.StartsWith(Joined);

    /// <summary>
    /// The order among a part of the nodes: the chosen ones that a node comes after, also when the way leads through nodes that are not
    /// chosen.
    /// </summary>
    public static IReadOnlyList<string> Before(IReadOnlyDictionary<string, List<string>> after, string node, IReadOnlySet<string> chosen)
    {
        if (!after.TryGetValue(node, out var first) || first.All(chosen.Contains))
        {
            return first ?? [];
        }

        var found = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal) { node };
        var pending = new Queue<string>(first);
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

    /// <summary>These, and all that they come after.</summary>
    internal static HashSet<string> Closure(IEnumerable<string> names, IReadOnlyDictionary<string, List<string>> order)
    {
        var closure = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Queue<string>(names);
        while (pending.TryDequeue(out var name))
        {
            if (closure.Add(name) && order.TryGetValue(name, out var before))
            {
                foreach (var next in before)
                {
                    pending.Enqueue(next);
                }
            }
        }

        return closure;
    }

    /// <summary>The same order as "comes before".</summary>
    internal static IReadOnlyDictionary<string, List<string>> Reverse(IReadOnlyDictionary<string, List<string>> order)
    {
        var reverse = order.Keys.ToDictionary(static n => n, static _ => new List<string>(), StringComparer.Ordinal);
        foreach (var (name, before) in order)
        {
            foreach (var other in before)
            {
                reverse[other].Add(name);
            }
        }

        return reverse;
    }

    private static void Add(Dictionary<string, List<string>> edges, HashSet<(string, string)> known, string from, string to)
    {
        // A name that is no node is the validator's finding; here it orders nothing.
        if (from != to && edges.TryGetValue(from, out var list) && edges.ContainsKey(to) && known.Add((from, to)))
        {
            list.Add(to);
        }
    }
}
