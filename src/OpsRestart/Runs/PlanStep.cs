namespace OpsRestart;

/// <summary>One step of a plan.</summary>
public sealed record PlanStep
{
    /// <summary>Unique in the plan: <c>stop:web</c>, <c>drain:default</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What is done.</summary>
    public required StepKind Kind { get; init; }

    /// <summary>The node, queue or hook of the graph; empty for validate.</summary>
    public required string Target { get; init; }

    /// <summary>The unit or program, where there is one.</summary>
    public string? Service { get; init; }

    /// <summary>Of a queue's step: it is about the workers of these nodes alone. Empty: about all.</summary>
    public IReadOnlyList<string> Nodes
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>The ids of the steps that must have succeeded before this one begins.</summary>
    public IReadOnlyList<string> After
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>How long it may take; null: not bounded by the plan.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>For people: what exactly is done.</summary>
    public string Description { get; init; } = "";

    /// <inheritdoc />
    public override string ToString() => Id;
}
