namespace OpsRestart;

/// <summary>Named services with what they need, their probes, their queues and hooks.</summary>
public sealed record ServiceGraph
{
    /// <summary>Its name; the lock of a run goes by it.</summary>
    public required string Name { get; init; }

    /// <summary>In the order in which they were written.</summary>
    public IReadOnlyList<ServiceNode> Nodes
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>The queue systems to drain, in the order in which they were written.</summary>
    public IReadOnlyList<GraphQueue> Queues
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>What runs between stop and start, in the order in which it was written.</summary>
    public IReadOnlyList<GraphHook> Hooks
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>Probes of the whole, checked at the end of a run beside those of the nodes.</summary>
    public IReadOnlyList<ProbeDefinition> Validate
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>Who runs it: a run by anybody else is refused. Null: whoever may manage its services.</summary>
    public string? User { get; init; }

    /// <summary>The file that it was read from.</summary>
    public string? Path { get; init; }

    /// <summary>Every probe of the graph: the nodes', then the graph's own.</summary>
    public IReadOnlyList<ProbeDefinition> Probes => Nodes.SelectMany(static n => n.Ready.Select(n.Bind)).Concat(Validate).ToArray();

    /// <inheritdoc />
    public override string ToString() => Name;
}
