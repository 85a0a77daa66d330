namespace OpsRestart.Core.Planning;

/// <summary>One row of a plan as people read it.</summary>
public sealed record PlanRow
{
    /// <summary>signal, stop, start, ready, settle, drain, suspend, resume, hook, validate or barrier.</summary>
    public required string Verb { get; init; }

    /// <summary>The node, queue or hook; empty for validate.</summary>
    public required string Target { get; init; }

    /// <summary>What it waits for; what follows from the others is left out. Empty: it begins at once.</summary>
    public string After { get; init; } = "";

    /// <summary>How long it may take; null: not bounded by the plan.</summary>
    public TimeSpan? Timeout { get; init; }

    public string Description { get; init; } = "";
}
