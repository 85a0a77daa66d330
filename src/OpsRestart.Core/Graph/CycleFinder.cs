namespace OpsRestart.Core.Graph;

/// <summary>Finds the cycles of an order, each as the path that an admin can follow in the file.</summary>
internal static class CycleFinder
{
    /// <summary>More than anyone mends at a time; in a knot of thousands the search for all would not end.</summary>
    private const int AtMost = 50;

    /// <summary>
    /// For each node on a cycle a short one through it, every cycle once, beginning with its first node in the given order; at most 50.
    /// Nodes that a cycle told before goes through are told with it.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<string>> Find(IReadOnlyDictionary<string, List<string>> edges)
    {
        var cycles = new List<IReadOnlyList<string>>();
        var told = new HashSet<string>(StringComparer.Ordinal);
        var knots = Entangled(edges);
        foreach (var node in edges.Keys.Where(knots.Contains))
        {
            if (cycles.Count < AtMost && !told.Contains(node) && ShortestThrough(node, edges, knots) is { } path)
            {
                told.UnionWith(path);
                cycles.Add(path);
            }
        }

        return cycles;
    }

    /// <summary>
    /// What is left when all that comes after nothing, and all that nothing comes after, is taken away again and again: the cycles, and
    /// what lies between them.
    /// </summary>
    private static HashSet<string> Entangled(IReadOnlyDictionary<string, List<string>> edges)
    {
        var left = edges.Keys.ToHashSet(StringComparer.Ordinal);
        var reverse = GraphOrder.Reverse(edges);
        Peel(left, edges, reverse);
        Peel(left, reverse, edges);
        return left;
    }

    private static void Peel(
        HashSet<string> left,
        IReadOnlyDictionary<string, List<string>> edges,
        IReadOnlyDictionary<string, List<string>> reverse
    )
    {
        var open = left.ToDictionary(static n => n, n => edges[n].Count(left.Contains), StringComparer.Ordinal);
        var free = new Queue<string>(left.Where(n => open[n] == 0));
        while (free.TryDequeue(out var node))
        {
            left.Remove(node);
            foreach (var other in reverse[node].Where(left.Contains))
            {
                if (--open[other] == 0)
                {
                    free.Enqueue(other);
                }
            }
        }
    }

    private static List<string>? ShortestThrough(string start, IReadOnlyDictionary<string, List<string>> edges, HashSet<string> within)
    {
        var cameFrom = new Dictionary<string, string>(StringComparer.Ordinal);
        var pending = new Queue<string>([start]);
        while (pending.TryDequeue(out var node))
        {
            foreach (var next in edges[node].Where(within.Contains))
            {
                if (next == start)
                {
                    return PathTo(node, start, cameFrom);
                }

                if (cameFrom.TryAdd(next, node))
                {
                    pending.Enqueue(next);
                }
            }
        }

        return null;
    }

    private static List<string> PathTo(string node, string start, Dictionary<string, string> cameFrom)
    {
        var path = new List<string>();
        for (var at = node; at != start; at = cameFrom[at])
        {
            path.Add(at);
        }

        path.Add(start);
        path.Reverse();
        return path;
    }
}
