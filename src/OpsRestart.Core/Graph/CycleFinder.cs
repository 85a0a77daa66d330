namespace OpsRestart.Core.Graph;

/// <summary>Finds the cycles of an order, each as the path that an admin can follow in the file.</summary>
internal static class CycleFinder
{
    /// <summary>For each node on a cycle the shortest one through it, every cycle once, beginning with its first node in the given order.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Find(IReadOnlyDictionary<string, List<string>> edges)
    {
        var cycles = new List<IReadOnlyList<string>>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in edges.Keys)
        {
            if (ShortestThrough(node, edges) is { } path && known.Add(string.Join('\n', path.Order(StringComparer.Ordinal))))
            {
                cycles.Add(path);
            }
        }

        return cycles;
    }

    private static List<string>? ShortestThrough(string start, IReadOnlyDictionary<string, List<string>> edges)
    {
        var cameFrom = new Dictionary<string, string>(StringComparer.Ordinal);
        var pending = new Queue<string>([start]);
        while (pending.TryDequeue(out var node))
        {
            foreach (var next in edges[node])
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
