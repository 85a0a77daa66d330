namespace OpsRestart;

/// <summary>Named services with what they need, their probes, their queues and hooks.</summary>
public sealed record ServiceGraph
{
    public required string Name { get; init; }

    /// <summary>In the order in which they were written.</summary>
    public IReadOnlyList<ServiceNode> Nodes { get; init => field = ModelList.Of(value); } = [];

    public IReadOnlyList<GraphQueue> Queues { get; init => field = ModelList.Of(value); } = [];

    public IReadOnlyList<GraphHook> Hooks { get; init => field = ModelList.Of(value); } = [];

    /// <summary>Probes of the whole, checked at the end of a run beside those of the nodes.</summary>
    public IReadOnlyList<ProbeDefinition> Validate { get; init => field = ModelList.Of(value); } = [];

    /// <summary>The file that it was read from.</summary>
    public string? Path { get; init; }

    /// <summary>Every probe of the graph: the nodes', then the graph's own.</summary>
    public IReadOnlyList<ProbeDefinition> Probes => Nodes.SelectMany(static n => n.Ready.Select(n.Bind)).Concat(Validate).ToArray();

    public override string ToString() => Name;
}
