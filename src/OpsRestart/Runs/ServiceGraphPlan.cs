namespace OpsRestart;

/// <summary>The exact steps of one operation on a graph. Computed purely; nothing is changed by making one.</summary>
public sealed record ServiceGraphPlan
{
    /// <summary>The graph's name.</summary>
    public required string Graph { get; init; }

    /// <summary>What is done.</summary>
    public required GraphOperation Operation { get; init; }

    /// <summary>An emergency stop: nothing is waited for, and all but datastores is killed.</summary>
    public bool IsEmergency { get; init; }

    /// <summary>A batch of instances is restarted after the other, while the others go on.</summary>
    public bool IsRolling { get; init; }

    /// <summary>The graph as the plan carries it out: the drain of each queue and the hooks are those of this plan.</summary>
    public required ServiceGraph Definition { get; init; }

    /// <summary>In an order in which they could run one by one.</summary>
    public IReadOnlyList<PlanStep> Steps
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>The nodes that the operation touches.</summary>
    public IReadOnlyList<string> Nodes
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <inheritdoc />
    public override string ToString() => $"{Operation} {Graph}: {Steps.Count} steps";
}
