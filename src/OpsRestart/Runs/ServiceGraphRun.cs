namespace OpsRestart;

/// <summary>One execution of a plan, and its result.</summary>
public sealed record ServiceGraphRun
{
    public required string Id { get; init; }

    public required string Graph { get; init; }

    public required GraphOperation Operation { get; init; }

    public RunOutcome Outcome { get; init; }

    /// <summary>UTC.</summary>
    public DateTime StartedAt { get; init; }

    /// <summary>UTC.</summary>
    public DateTime EndedAt { get; init; }

    public TimeSpan Duration { get; init; }

    /// <summary>The longest chain of steps that had to wait for each other, as measured in this run: no schedule could have been quicker.</summary>
    public TimeSpan CriticalPath { get; init; }

    /// <summary>The steps of that chain, in order.</summary>
    public IReadOnlyList<string> CriticalSteps { get; init => field = ModelList.Of(value); } = [];

    public IReadOnlyList<StepReport> Steps { get; init => field = ModelList.Of(value); } = [];

    /// <summary>What preflight found.</summary>
    public IReadOnlyList<GraphFinding> Findings { get; init => field = ModelList.Of(value); } = [];

    /// <summary>The drains of this run, each with its proof.</summary>
    public IReadOnlyList<DrainResult> Drains { get; init => field = ModelList.Of(value); } = [];

    /// <summary>What is known of the tasks of its queues, counted; null when it had nothing to do with any.</summary>
    public RunTasks? Tasks { get; init; }

    /// <summary>Queues whose workers this run stopped without having seen them drained.</summary>
    public IReadOnlyList<string> UndrainedQueues { get; init; } = [];

    /// <summary>What is not in the state that it should be in, one sentence each. Empty unless something went wrong.</summary>
    public IReadOnlyList<string> Left { get; init => field = ModelList.Of(value); } = [];

    /// <summary>Warnings for people: error lines logged, processes killed, tasks lost.</summary>
    public IReadOnlyList<string> Warnings { get; init => field = ModelList.Of(value); } = [];

    /// <summary>The first failure, in a sentence; null when there was none.</summary>
    public string? Failure { get; init; }

    public OpsError? Error { get; init; }

    public bool Succeeded => Outcome == RunOutcome.Done;

    public override string ToString() => $"{Operation} of {Graph}: {Outcome}";
}
