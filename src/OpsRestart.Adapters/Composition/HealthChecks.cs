namespace OpsRestart.Adapters.Composition;

/// <summary>All that the health of services is judged by: whether each runs, as its manager sees it, and its probes.</summary>
internal static class HealthChecks
{
    public static IReadOnlyList<ProbeDefinition> Of(ServiceGraph graph)
    {
        return [.. graph.Nodes.SelectMany(Of), .. graph.Validate];
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
