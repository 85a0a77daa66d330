using OpsRestart.Adapters.GraphFiles;
using OpsRestart.Adapters.Supervisor;

namespace OpsRestart.Adapters.Composition;

/// <summary>
/// A node whose program is a group or has wildcards becomes a node for each program that its supervisord really has, called
/// <c>node@program</c>. Its name stands for all of them wherever another node, a queue or a hook refers to it.
/// </summary>
internal sealed class ProgramGroups(IServiceHost services)
{
    /// <summary>The graph with a node for each program. One without programs comes back as it is, and nothing is asked.</summary>
    /// <exception cref="OpsRestartException">UnitNotFound: a group has no program; ManagerUnavailable, ConnectionFailed and their like:
    /// what a group has can't be known.</exception>
    public async Task<ServiceGraph> ExpandAsync(ServiceGraph graph, CancellationToken cancellationToken)
    {
        var programs = graph.Nodes.Where(static n => n.Manager == ServiceManagerKind.Supervisor).ToList();
        if (programs.Count == 0)
        {
            return graph;
        }

        var found = await Task.WhenAll(programs.GroupBy(ManagerTarget.Of).Select(g => FindAsync(g.Key, [.. g], graph, cancellationToken)))
            .ConfigureAwait(false);
        var instances = found.SelectMany(static f => f).ToDictionary(static f => f.Node, static f => f.Instances, StringComparer.Ordinal);
        return instances.Count == 0 ? graph : Replace(graph, instances);
    }

    /// <summary>The nodes that are several programs, each with these.</summary>
    private async Task<IReadOnlyList<(string Node, IReadOnlyList<ServiceNode> Instances)>> FindAsync(
        ManagerTarget target,
        IReadOnlyList<ServiceNode> nodes,
        ServiceGraph graph,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<string> known;
        try
        {
            known = await KnownAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch (OpsRestartException) when (!nodes.Any(static n => NameMatch.IsPattern(n.Service)))
        {
            // Each is a program as it stands; preflight says what is the matter.
            return [];
        }

        var named = nodes
            .Where(n => known.Any(id => IsOne(id, n.Service)))
            .SelectMany(n => known.Where(id => IsOne(id, n.Service)))
            .ToHashSet();
        var several = new List<(string, IReadOnlyList<ServiceNode>)>();
        foreach (var node in nodes.Where(n => !known.Any(id => IsOne(id, n.Service))))
        {
            // What another node names is that node's.
            var ids = known.Where(id => !named.Contains(id) && ProgramInfo.IsNamed(id, node.Service)).ToList();
            if (ids.Count > 0)
            {
                several.Add((node.Name, Instances(node, ids)));
            }
            else if (NameMatch.IsPattern(node.Service))
            {
                throw None(node, known, graph);
            }
        }

        return several;
    }

    /// <summary>All full names. A supervisord that does not run yet has those of its configuration.</summary>
    private async Task<IReadOnlyList<string>> KnownAsync(ManagerTarget target, CancellationToken cancellationToken)
    {
        try
        {
            var manager = await services.GetManagerAsync(target, cancellationToken).ConfigureAwait(false);
            var all = await manager.GetServicesAsync(new ServiceQuery(), cancellationToken).ConfigureAwait(false);
            return [.. all.Select(static s => s.Id).Order(StringComparer.Ordinal)];
        }
        catch (OpsRestartException e) when (e.Error == OpsError.ManagerUnavailable)
        {
            var configured = SupervisorConfiguration.ProgramsAt(target.Socket);
            if (configured.Count == 0)
            {
                throw;
            }

            return [.. configured.Select(static p => p.Id).Order(StringComparer.Ordinal)];
        }
    }

    private static bool IsOne(string id, string name) => id == name || ProgramInfo.DisplayOf(id) == name;

    private static List<ServiceNode> Instances(ServiceNode node, List<string> ids)
    {
        var programs = ids.Select(static id => (Id: id, Parts: id.Split(':', 2))).ToList();
        var areTold = programs.Select(static p => p.Parts[1]).Distinct(StringComparer.Ordinal).Count() == programs.Count;
        return
        [
            .. programs.Select(p =>
                NodeInstance.Of(node, areTold ? p.Parts[1] : $"{p.Parts[0]}.{p.Parts[1]}", ProgramInfo.DisplayOf(p.Id))
            ),
        ];
    }

    private static ServiceGraph Replace(ServiceGraph graph, Dictionary<string, IReadOnlyList<ServiceNode>> instances)
    {
        return graph with
        {
            Nodes =
            [
                .. graph
                    .Nodes.SelectMany(n => instances.GetValueOrDefault(n.Name) ?? [n])
                    .Select(n => n with { Needs = Names(n.Needs), StartsAfter = Names(n.StartsAfter), StopsAfter = Names(n.StopsAfter) }),
            ],
            Queues = [.. graph.Queues.Select(q => q with { FedBy = Names(q.FedBy), ConsumedBy = Names(q.ConsumedBy) })],
            Hooks = [.. graph.Hooks.Select(h => h with { Needs = Names(h.Needs) })],
        };

        IReadOnlyList<string> Names(IReadOnlyList<string> names) =>
            names.Any(instances.ContainsKey)
                ?
                [
                    .. names
                        .SelectMany(n => instances.GetValueOrDefault(n)?.Select(static i => i.Name) ?? [n])
                        .Distinct(StringComparer.Ordinal),
                ]
                : names;
    }

    private static OpsRestartException None(ServiceNode node, IReadOnlyList<string> known, ServiceGraph graph) =>
        new(
            OpsError.UnitNotFound,
            $"Graph '{graph.Name}': '{node.Name}' is {node.Service}, and supervisord has no such program that no other node names.",
            node.Name,
            known.Count == 0 ? "It has none." : $"It has {NearestName.Some([.. known.Select(ProgramInfo.DisplayOf)])}."
        );
}
