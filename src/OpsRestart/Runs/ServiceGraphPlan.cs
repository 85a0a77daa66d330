namespace OpsRestart;

/// <summary>The exact steps of one operation on a graph. Computed purely; nothing is changed by making one.</summary>
public sealed record ServiceGraphPlan
{
    /// <summary>The graph's name.</summary>
    public required string Graph { get; init; }

    public required GraphOperation Operation { get; init; }

    /// <summary>The graph that it was made from.</summary>
    public required ServiceGraph Definition { get; init; }

    /// <summary>In an order in which they could run one by one.</summary>
    public IReadOnlyList<PlanStep> Steps { get; init => field = ModelList.Of(value); } = [];

    /// <summary>The nodes that the operation touches.</summary>
    public IReadOnlyList<string> Nodes { get; init => field = ModelList.Of(value); } = [];

    /// <summary>The hooks of this plan: the graph's and the one given with the operation.</summary>
    public IReadOnlyList<GraphHook> Hooks { get; init => field = ModelList.Of(value); } = [];

    /// <summary>The level that each queue is drained to in this plan.</summary>
    public IReadOnlyDictionary<string, DrainLevel> DrainLevels { get; init; } = new Dictionary<string, DrainLevel>();

    /// <summary>What each drain of this plan does when it does not end in time.</summary>
    public IReadOnlyDictionary<string, DrainTimeoutPolicy> DrainTimeoutPolicies { get; init; } = new Dictionary<string, DrainTimeoutPolicy>();

    public override string ToString() => $"{Operation} {Graph}: {Steps.Count} steps";
}
