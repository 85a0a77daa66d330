namespace OpsRestart.Core.Planning;

/// <summary>Which nodes an operation touches.</summary>
internal static class Selection
{
    public static IReadOnlyList<ServiceNode> Resolve(ServiceGraph graph, GraphOperation operation, PlanOptions options)
    {
        var part = options.Part;
        var named = part.Named(graph);
        var excluded = part.Excluded(graph);
        var chosen = part.Of(graph)
            .Where(n =>
                named.Contains(n.Name) || operation == GraphOperation.Start || (!n.Protected && !IsLeftAlone(n, operation, options))
            )
            .Select(static n => n.Name)
            .ToHashSet(StringComparer.Ordinal);
        if (options.Rolling)
        {
            RefuseDatastores(graph, chosen);
        }

        // Who needs an instance that rolls has others, or the same one again in a moment.
        if (!options.Only && part.IsNarrowed && !options.Rolling)
        {
            AddRelated(graph, operation, chosen, excluded);
        }

        if (options.Emergency)
        {
            chosen.ExceptWith(graph.Nodes.Where(n => n.Protected && !named.Contains(n.Name)).Select(static n => n.Name));
        }
        else if (operation != GraphOperation.Start && !options.Rolling)
        {
            RefuseProtected(graph, operation, chosen, named);
        }

        return chosen.Count > 0 || !part.IsPart ? [.. graph.Nodes.Where(n => chosen.Contains(n.Name))] : throw NodePart.Empty(graph);
    }

    /// <summary>
    /// Everything but the workers comes back at once in the mode signal; a datastore that went down would take it all along.
    /// </summary>
    private static bool IsLeftAlone(ServiceNode node, GraphOperation operation, PlanOptions options) =>
        !options.Part.IsNarrowed
        && node.Role == NodePart.Datastore
        && operation == GraphOperation.Restart
        && (options.DrainMode == DrainMode.Signal || options.Rolling);

    /// <summary>
    /// A stop takes along those that need a chosen node; a start those that a chosen node needs. What is excluded stays as it is, and so
    /// takes nothing along.
    /// </summary>
    private static void AddRelated(ServiceGraph graph, GraphOperation operation, HashSet<string> chosen, IReadOnlySet<string> excluded)
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
            foreach (var other in related[name].Where(n => !excluded.Contains(n) && chosen.Add(n)))
            {
                pending.Enqueue(other);
            }
        }
    }

    private static void RefuseDatastores(ServiceGraph graph, HashSet<string> chosen)
    {
        if (graph.Nodes.FirstOrDefault(n => n.Role == NodePart.Datastore && chosen.Contains(n.Name)) is { } store)
        {
            throw new OpsRestartException(
                OpsError.InvalidArgument,
                $"'{store.Name}' is a datastore: nothing could work while it restarts.",
                store.Name,
                "Leave it out of a rolling restart."
            );
        }
    }

    private static void RefuseProtected(ServiceGraph graph, GraphOperation operation, HashSet<string> chosen, IReadOnlySet<string> named)
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
