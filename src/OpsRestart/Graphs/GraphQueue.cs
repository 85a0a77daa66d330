namespace OpsRestart;

/// <summary>A work queue system that a graph drains: which broker, which queues, who feeds and who consumes.</summary>
public sealed record GraphQueue
{
    /// <summary>Its name in the graph; not that of a broker's queue.</summary>
    public required string Name { get; init; }

    /// <summary>celery, rq or rabbitmq.</summary>
    public required string System { get; init; }

    /// <summary>The broker's URI as written; may hold <c>${env:NAME}</c> and <c>${file:/path}</c>.</summary>
    public required string Broker { get; init; }

    /// <summary>Queue names; none: all that the workers consume.</summary>
    public IReadOnlyList<string> Queues
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>
    /// Workers (Celery node names, RQ worker names; wildcards allowed, <c>{hostname}</c> is replaced) that must answer. None: any that do.
    /// </summary>
    public IReadOnlyList<string> Workers
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>Nodes that put work in; they stop before the drain.</summary>
    public IReadOnlyList<string> FedBy
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>Nodes that do the work; they stop after the drain.</summary>
    public IReadOnlyList<string> ConsumedBy
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>How far it is drained before its consumers stop. Default: drained.</summary>
    public DrainLevel Drain { get; init; } = DrainLevel.Drained;

    /// <summary>Its workers are suspended before they are drained or stopped. The plan decides it; it is not written in a graph.</summary>
    public bool Suspend { get; init; }

    /// <summary>
    /// Nobody waits for its tasks, or what feeds it may go on: its workers are suspended just before they are stopped, as far as they
    /// answer at once. The plan decides it; it is not written in a graph.
    /// </summary>
    public bool SuspendBeforeStop { get; init; }

    /// <summary>How long the drain may take. Default 5 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What happens when the drain is not done in time. Default: abort.</summary>
    public DrainTimeoutPolicy OnTimeout { get; init; } = DrainTimeoutPolicy.Abort;

    /// <summary>System-specific settings as written (keyPrefix, contentType, controlExchange, management …).</summary>
    public IReadOnlyDictionary<string, object?> Settings { get; init; } = new Dictionary<string, object?>();

    /// <summary>The line in the graph's file, 1-based; 0 when it does not come from a file.</summary>
    public int Line { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Name} ({System} {SecretText.RedactAddress(Broker)})";
}
