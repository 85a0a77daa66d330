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

        if (options.Emergency)
        {
            RefuseWaits(operation, options);
        }

        if (options.Rolling)
        {
            RefuseWhole(operation, options);
        }

        var nodes = Selection.Resolve(graph, operation, options);
        var effective = EffectiveGraph.Of(graph, operation, options, nodes.Select(static n => n.Name).ToHashSet(StringComparer.Ordinal));
        return new ServiceGraphPlan
        {
            Graph = graph.Name,
            Operation = operation,
            IsEmergency = options.Emergency,
            IsRolling = options.Rolling,
            Definition = effective,
            Steps = StepSort.InOrder(Steps(effective, operation, options, nodes)),
            Nodes = [.. nodes.Select(static n => n.Name)],
        };
    }

    private static IReadOnlyList<PlanStep> Steps(
        ServiceGraph effective,
        GraphOperation operation,
        PlanOptions options,
        IReadOnlyList<ServiceNode> nodes
    ) =>
        options.Emergency ? EmergencySteps.Of(effective, nodes)
        : options.Rolling ? new RollingSteps(effective, options, nodes).Build()
        : HookPhases.Add(effective.Hooks, new StepBuilder(effective, operation, options, nodes).Build());

    private static void RefuseWhole(GraphOperation operation, PlanOptions options)
    {
        if (operation != GraphOperation.Restart || options is not { DrainMode: null, DrainLevel: null, Hook: null, BatchSize: > 0 })
        {
            throw new OpsRestartException(
                OpsError.InvalidArgument,
                "A rolling restart waits for each batch's own tasks, and never is all of the graph at rest.",
                null,
                "Leave out drain modes, drain levels and migrations; a batch is 1 or more."
            );
        }
    }

    private static void RefuseWaits(GraphOperation operation, PlanOptions options)
    {
        if (
            operation != GraphOperation.Stop
            || options is not { DrainMode: null, DrainLevel: null, DrainTimeout: null, OnDrainTimeout: null, StopTimeout: null }
        )
        {
            throw new OpsRestartException(
                OpsError.InvalidArgument,
                "An emergency stop drains nothing and waits for nothing.",
                null,
                "Leave out what is about drains and the stop timeout."
            );
        }
    }
}
