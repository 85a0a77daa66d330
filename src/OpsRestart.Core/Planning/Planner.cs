namespace OpsRestart.Core.Planning;

/// <summary>Turns a graph and an operation into the exact steps, each with what it comes after. Pure.</summary>
public static class Planner
{
    /// <exception cref="OpsRestartException">A name that is not in the graph, or a protected node in the way.</exception>
    public static ServiceGraphPlan Plan(ServiceGraph graph, GraphOperation operation, PlanOptions options)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(options);
        var nodes = Selection.Resolve(graph, operation, options);
        var effective = EffectiveGraph.Of(graph, operation, options, nodes.Select(static n => n.Name).ToHashSet(StringComparer.Ordinal));
        return new ServiceGraphPlan
        {
            Graph = graph.Name,
            Operation = operation,
            Definition = effective,
            Steps = StepSort.InOrder(new StepBuilder(effective, operation, options, nodes).Build()),
            Nodes = [.. nodes.Select(static n => n.Name)],
        };
    }
}
