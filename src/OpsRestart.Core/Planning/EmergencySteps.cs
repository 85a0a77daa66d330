using OpsRestart.Core.Graph;

namespace OpsRestart.Core.Planning;

/// <summary>
/// The steps of an emergency stop: everything that is no datastore is killed at the same time; then the datastores are told to stop, each
/// with its own time. No queue is drained or suspended.
/// </summary>
internal static class EmergencySteps
{
    public static IReadOnlyList<PlanStep> Of(ServiceGraph graph, IReadOnlyList<ServiceNode> nodes)
    {
        var supervised = Supervised(graph, nodes);
        var kills = nodes
            .Where(static n => n.Role != NodePart.Datastore)
            .Select(n => new PlanStep
            {
                Id = StepId.Kill(n.Name),
                Kind = StepKind.Kill,
                Target = n.Name,
                Service = n.Service,
                After = [.. supervised[n.Name].Select(StepId.Kill)],
                Description = $"Stop {n.Service} and KILL its whole control group at once",
            })
            .ToList();
        var stops = nodes
            .Where(static n => n.Role == NodePart.Datastore)
            .Select(n => new PlanStep
            {
                Id = StepId.Stop(n.Name),
                Kind = StepKind.Stop,
                Target = n.Name,
                Service = n.Service,
                After = [.. kills.Select(static k => k.Id)],
                Description = $"Tell {n.Service} to stop; it has its own time, and is not killed",
            });
        return [.. kills, .. stops];
    }

    /// <summary>Who kills a supervisord first can't ask it to keep its programs down any more.</summary>
    private static ILookup<string, string> Supervised(ServiceGraph graph, IReadOnlyList<ServiceNode> nodes)
    {
        var chosen = nodes.Select(static n => n.Name).ToHashSet(StringComparer.Ordinal);
        var needs = new GraphOrder(graph).StartAfter;
        return nodes
            .Where(static n => n is { Manager: ServiceManagerKind.Supervisor, Role: not NodePart.Datastore })
            .SelectMany(n => GraphOrder.Before(needs, n.Name, chosen).Select(need => (Program: n.Name, Need: need)))
            .Where(p => nodes.Any(n => n.Name == p.Need && n is { Manager: ServiceManagerKind.Systemd, Role: not NodePart.Datastore }))
            .ToLookup(static p => p.Need, static p => p.Program, StringComparer.Ordinal);
    }
}
