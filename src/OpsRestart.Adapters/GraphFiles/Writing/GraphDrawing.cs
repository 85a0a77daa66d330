namespace OpsRestart.Adapters.GraphFiles.Writing;

/// <summary>What a drawing of a graph shows, whatever the language: who points to whom, and which shape each thing has.</summary>
internal static class GraphDrawing
{
    public static readonly IReadOnlyList<string> Roles = ["datastore", "worker", "scheduler", "web", "service"];

    /// <summary>The role that decides shape and colour; any other role looks like a plain service.</summary>
    public static string RoleOf(ServiceNode node) => node.Role is { } role && Roles.Contains(role) ? role : "service";

    /// <summary>A name's second line: the unit, where it is not called the same.</summary>
    public static IReadOnlyList<string> Label(ServiceNode node)
    {
        var where = node.HostName is null ? node.Service : $"{node.Service} on {node.HostName}";
        return where == node.Name ? [node.Name] : [node.Name, where];
    }

    public static IReadOnlyList<string> Label(GraphQueue queue) =>
        [queue.Name, queue.Drain == DrainLevel.None ? queue.System : $"{queue.System}, {queue.Drain.ToString().ToLowerInvariant()}"];

    /// <summary>Edges from the one that waits to the one that it waits for; work flows from feeder to queue to consumer.</summary>
    public static IEnumerable<GraphEdge> Edges(ServiceGraph graph)
    {
        var ids = Ids(graph);
        foreach (var node in graph.Nodes)
        {
            var from = ids[node];
            foreach (
                var edge in Toward(node.Needs, "")
                    .Concat(Toward(node.StartsAfter, "starts after"))
                    .Concat(Toward(node.StopsAfter, "stops after"))
            )
            {
                yield return edge with
                {
                    From = from,
                };
            }
        }

        foreach (var queue in graph.Queues)
        {
            foreach (var feeder in Toward(queue.FedBy, "feeds"))
            {
                yield return new GraphEdge(feeder.To, ids[queue], feeder.Label, IsWork: true);
            }

            foreach (var consumer in Toward(queue.ConsumedBy, "worked off by"))
            {
                yield return consumer with
                {
                    From = ids[queue],
                    IsWork = true,
                };
            }
        }

        IEnumerable<GraphEdge> Toward(IReadOnlyList<string> names, string label) =>
            graph.Nodes.Where(node => names.Contains(node.Name)).Select(node => new GraphEdge("", ids[node], label, IsWork: false));
    }

    /// <summary>An identifier for each node and queue that every language takes: letters, digits and '_', and unique.</summary>
    public static IReadOnlyDictionary<object, string> Ids(ServiceGraph graph)
    {
        var ids = new Dictionary<object, string>(ReferenceEqualityComparer.Instance);
        foreach (
            var (thing, name) in graph
                .Nodes.Select(static n => ((object)n, "s_" + n.Name))
                .Concat(graph.Queues.Select(static q => ((object)q, "q_" + q.Name)))
        )
        {
            var id = string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
            ids[thing] = ids.ContainsValue(id) ? $"{id}_{ids.Count}" : id;
        }

        return ids;
    }
}

/// <summary>An arrow; an empty label stands for "needs".</summary>
internal sealed record GraphEdge(string From, string To, string Label, bool IsWork);
