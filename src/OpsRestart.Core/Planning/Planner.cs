namespace OpsRestart.Core.Planning;

/// <summary>Turns a graph and an operation into the exact steps, each with what it comes after. Pure.</summary>
internal static class Planner
{
    /// <exception cref="OpsRestartException">A name that is not in the graph, a protected node in the way, or both a drain mode and a
    /// level.</exception>
    public static ServiceGraphPlan Plan(ServiceGraph graph, GraphOperation operation, PlanOptions options)
    {
        if (options is { DrainMode: not null, DrainLevel: not null })
        {
            throw new OpsRestartException(
                OpsError.InvalidArgument,
                "A drain mode and a drain level can't both be given: the mode decides how far each queue is drained.",
                null,
                "Leave one of them out."
            );
        }

        var nodes = Selection.Resolve(graph, operation, options);
        var effective = EffectiveGraph.Of(graph, operation, options, nodes.Select(static n => n.Name).ToHashSet(StringComparer.Ordinal));
        return new ServiceGraphPlan
        {
            Graph = graph.Name,
            Operation = operation,
            Definition = effective,
            Steps = StepSort.InOrder(HookPhases.Add(effective.Hooks, new StepBuilder(effective, operation, options, nodes).Build())),
            Nodes = [.. nodes.Select(static n => n.Name)],
        };
    }
}
