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
        var builder = new StepBuilder(graph, operation, options, nodes);
        return new ServiceGraphPlan
        {
            Graph = graph.Name,
            Operation = operation,
            Definition = graph,
            Steps = StepSort.InOrder(builder.Build()),
            Nodes = [.. nodes.Select(static n => n.Name)],
            Hooks = builder.Hooks,
            DrainLevels = builder.Queues.ToDictionary(static q => q.Name, static q => q.Drain),
            DrainTimeoutPolicies = builder.Queues.ToDictionary(static q => q.Name, static q => q.OnTimeout),
        };
    }
}
