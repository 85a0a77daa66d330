using OpsRestart.Core.Text;

namespace OpsRestart.Core.Planning;

/// <summary>Which nodes an operation touches.</summary>
internal static class Selection
{
    public static IReadOnlyList<ServiceNode> Resolve(ServiceGraph graph, GraphOperation operation, PlanOptions options)
    {
        var named = Named(graph, options.Names);
        var chosen =
            options.Names.Count == 0
                ? graph
                    .Nodes.Where(n => operation == GraphOperation.Start || (!n.Protected && !IsLeftAlone(n, operation, options)))
                    .Select(static n => n.Name)
                    .ToHashSet(StringComparer.Ordinal)
                : named.ToHashSet(StringComparer.Ordinal);

        if (!options.Only && options.Names.Count > 0)
        {
            AddRelated(graph, operation, chosen);
        }

        if (operation != GraphOperation.Start)
        {
            RefuseProtected(graph, operation, chosen, named);
        }

        return [.. graph.Nodes.Where(n => chosen.Contains(n.Name))];
    }

    /// <summary>
    /// Everything but the workers comes back at once in the mode signal; a datastore that went down would take it all along.
    /// </summary>
    private static bool IsLeftAlone(ServiceNode node, GraphOperation operation, PlanOptions options) =>
        node.Role == "datastore" && operation == GraphOperation.Restart && options.DrainMode == DrainMode.Signal;

    private static HashSet<string> Named(ServiceGraph graph, IReadOnlyList<string> patterns)
    {
        var names = graph.Nodes.Select(static n => n.Name).ToList();
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pattern in patterns)
        {
            var matches = names.Where(n => NameMatch.Matches(n, pattern) || n.StartsWith(pattern + "@", StringComparison.Ordinal)).ToList();
            if (matches.Count == 0)
            {
                throw new OpsRestartException(
                    OpsError.UnitNotFound,
                    $"Graph '{graph.Name}' has no node '{pattern}'.",
                    pattern,
                    NearestName.Advice(pattern, names) ?? $"Its nodes are: {NearestName.Some(names)}."
                );
            }

            found.UnionWith(matches);
        }

        return found;
    }

    /// <summary>A stop takes along those that need a chosen node; a start those that a chosen node needs.</summary>
    private static void AddRelated(ServiceGraph graph, GraphOperation operation, HashSet<string> chosen)
    {
        var related =
            operation == GraphOperation.Start
                ? graph
                    .Nodes.SelectMany(static n => n.Needs.Select(need => (From: n.Name, To: need)))
                    .ToLookup(static e => e.From, static e => e.To, StringComparer.Ordinal)
                : graph
                    .Nodes.SelectMany(static n => n.Needs.Select(need => (From: need, To: n.Name)))
                    .ToLookup(static e => e.From, static e => e.To, StringComparer.Ordinal);
        var pending = new Queue<string>(chosen);
        while (pending.TryDequeue(out var name))
        {
            foreach (var other in related[name].Where(chosen.Add))
            {
                pending.Enqueue(other);
            }
        }
    }

    private static void RefuseProtected(ServiceGraph graph, GraphOperation operation, HashSet<string> chosen, HashSet<string> named)
    {
        foreach (var node in graph.Nodes.Where(n => n.Protected && !named.Contains(n.Name)))
        {
            var need = node.Needs.FirstOrDefault(chosen.Contains);
            if (chosen.Contains(node.Name) || need is not null)
            {
                throw new OpsRestartException(
                    OpsError.PreflightFailed,
                    $"'{node.Name}' is protected, and this {operation.ToString().ToLowerInvariant()} would take away "
                        + $"'{need ?? node.Name}' that it needs.",
                    node.Name,
                    $"Name '{node.Name}' too if it may go down, or leave '{need ?? node.Name}' out."
                );
            }
        }
    }
}
