using OpsRestart.Core.Text;

namespace OpsRestart.Core.Planning;

/// <summary>A part of a graph as people name it. Everything is optional: without it all nodes are meant.</summary>
internal sealed record NodePart
{
    public const string Datastore = "datastore";

    /// <summary>These nodes (wildcards allowed).</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Nodes of these roles (wildcards allowed); beside names, those of the named that have one of them.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Not these nodes (wildcards allowed), whatever else says so.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Not the datastores.</summary>
    public bool KeepDatastores { get; init; }

    /// <summary>Names or roles say which nodes are meant.</summary>
    public bool IsNarrowed => Names.Count > 0 || Roles.Count > 0;

    /// <summary>Not all nodes are meant.</summary>
    public bool IsPart => IsNarrowed || Exclude.Count > 0 || KeepDatastores;

    public static OpsRestartException Empty(ServiceGraph graph) =>
        new(
            OpsError.InvalidArgument,
            $"Nothing of graph '{graph.Name}' is left to act on: no node is named, has the role, and is not left out.",
            graph.Name,
            $"Its nodes are: {NearestName.Some([.. graph.Nodes.Select(Describe)])}."
        );

    /// <summary>The nodes that are meant, in the order of the graph; may be none.</summary>
    /// <exception cref="OpsRestartException">UnitNotFound: a name or a role that no node has.</exception>
    public IReadOnlyList<ServiceNode> Of(ServiceGraph graph)
    {
        var named = Named(graph);
        var excluded = Excluded(graph);
        RefuseUnknownRoles(graph);
        return
        [
            .. graph.Nodes.Where(n =>
                (Names.Count == 0 || named.Contains(n.Name)) && (Roles.Count == 0 || HasRole(n)) && !excluded.Contains(n.Name)
            ),
        ];
    }

    /// <summary>Names of the nodes that were asked for by name.</summary>
    /// <exception cref="OpsRestartException">UnitNotFound.</exception>
    public IReadOnlySet<string> Named(ServiceGraph graph) => Find(graph, Names);

    /// <summary>Names of the nodes that were asked to be left alone.</summary>
    /// <exception cref="OpsRestartException">UnitNotFound.</exception>
    public IReadOnlySet<string> Excluded(ServiceGraph graph)
    {
        var excluded = Find(graph, Exclude);
        excluded.UnionWith(graph.Nodes.Where(n => KeepDatastores && n.Role == Datastore).Select(static n => n.Name));
        return excluded;
    }

    /// <summary>Whether a node that is of no graph here is meant.</summary>
    public bool Has(ServiceNode node) =>
        (Names.Count == 0 || Names.Any(n => IsCalled(node.Name, n)))
        && (Roles.Count == 0 || HasRole(node))
        && !Exclude.Any(n => IsCalled(node.Name, n))
        && !(KeepDatastores && node.Role == Datastore);

    private static string Describe(ServiceNode node) => node.Role is { } role ? $"{node.Name} ({role})" : node.Name;

    /// <summary>A template's name means all its instances.</summary>
    private static bool IsCalled(string node, string pattern) =>
        NameMatch.Matches(node, pattern) || node.StartsWith(pattern + "@", StringComparison.Ordinal);

    private bool HasRole(ServiceNode node) => node.Role is { } role && Roles.Any(r => NameMatch.Matches(role, r));

    private static HashSet<string> Find(ServiceGraph graph, IReadOnlyList<string> patterns)
    {
        var names = graph.Nodes.Select(static n => n.Name).ToList();
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pattern in patterns)
        {
            var matches = names.Where(n => IsCalled(n, pattern)).ToList();
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

    private void RefuseUnknownRoles(ServiceGraph graph)
    {
        var roles = graph.Nodes.Select(static n => n.Role).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (Roles.FirstOrDefault(r => !roles.Exists(role => NameMatch.Matches(role, r))) is { } unknown)
        {
            throw new OpsRestartException(
                OpsError.UnitNotFound,
                $"Graph '{graph.Name}' has no node with the role '{unknown}'.",
                unknown,
                NearestName.Advice(unknown, roles)
                    ?? (roles.Count == 0 ? "Its nodes have no roles." : $"Its roles are: {NearestName.Some(roles)}.")
            );
        }
    }
}
