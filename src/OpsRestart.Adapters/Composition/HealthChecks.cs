using OpsRestart.Core.Planning;

namespace OpsRestart.Adapters.Composition;

/// <summary>All that the health of services is judged by: whether each runs, as its manager sees it, and its probes.</summary>
internal static class HealthChecks
{
    public static IReadOnlyList<ProbeDefinition> Of(ServiceGraph graph)
    {
        return [.. graph.Nodes.SelectMany(Of), .. graph.Validate];
    }

    /// <summary>The graph with the nodes of a part alone: probes of the whole are of no part.</summary>
    /// <exception cref="OpsRestartException">A name or role that is not in the graph; nothing is left.</exception>
    public static ServiceGraph PartOf(ServiceGraph graph, NodePart part)
    {
        if (!part.IsPart)
        {
            return graph;
        }

        var nodes = part.Of(graph);
        return nodes.Count > 0 ? graph with { Nodes = nodes, Validate = [] } : throw NodePart.Empty(graph);
    }

    public static IReadOnlyList<ProbeDefinition> Of(ServiceNode node)
    {
        return
        [
            node.Bind(new ProbeDefinition { Kind = ProbeDefinition.ServiceKind, Target = node.Service }),
            .. node.Ready.Select(node.Bind),
        ];
    }
}
