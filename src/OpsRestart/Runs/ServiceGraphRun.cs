namespace OpsRestart;

/// <summary>One execution of a plan, and its result.</summary>
public sealed record ServiceGraphRun
{
    /// <summary>Unique on this host: its start (UTC) and a random part.</summary>
    public required string Id { get; init; }

    /// <summary>The graph's name.</summary>
    public required string Graph { get; init; }

    /// <summary>What was done.</summary>
    public required GraphOperation Operation { get; init; }

    /// <summary>An emergency stop: nothing was waited for, and all but datastores was killed.</summary>
    public bool IsEmergency { get; init; }

    /// <summary>How it ended.</summary>
    public RunOutcome Outcome { get; init; }

    /// <summary>UTC.</summary>
    public DateTime StartedAt { get; init; }

    /// <summary>UTC.</summary>
    public DateTime EndedAt { get; init; }

    /// <summary>How long it took, preflight and rollback included.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>
    /// The longest chain of steps that had to wait for each other, as measured in this run: no schedule could have been quicker.
    /// </summary>
    public TimeSpan CriticalPath { get; init; }

    /// <summary>The steps of that chain, in order.</summary>
    public IReadOnlyList<string> CriticalSteps
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>Every step, in the order of the plan; after them those of the rollback.</summary>
    public IReadOnlyList<StepReport> Steps
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>What preflight found.</summary>
    public IReadOnlyList<GraphFinding> Findings
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>The drains of this run, each with its proof.</summary>
    public IReadOnlyList<DrainResult> Drains
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>What is known of the tasks of its queues, counted; null when it had nothing to do with any.</summary>
    public RunTasks? Tasks { get; init; }

    /// <summary>Queues whose workers this run stopped without having seen them drained.</summary>
    public IReadOnlyList<string> UndrainedQueues { get; init; } = [];

    /// <summary>What is not in the state that it should be in, one sentence each. Empty unless something went wrong.</summary>
    public IReadOnlyList<string> Left
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>Warnings for people: error lines logged, processes killed, tasks lost.</summary>
    public IReadOnlyList<string> Warnings
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>The first failure, in a sentence; null when there was none.</summary>
    public string? Failure { get; init; }

    /// <summary>The error id of the first failure; null when there was none.</summary>
    public OpsError? Error { get; init; }

    /// <summary>The outcome is done.</summary>
    public bool Succeeded => Outcome == RunOutcome.Done;

    /// <inheritdoc />
    public override string ToString() => $"{Operation} of {Graph}: {Outcome}";
}
