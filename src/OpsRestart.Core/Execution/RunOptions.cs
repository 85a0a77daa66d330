namespace OpsRestart.Core.Execution;

/// <summary>How to execute a plan.</summary>
internal sealed record RunOptions
{
    /// <summary>Default: rollback for a restart; for a start or stop, stop (what has been done stays).</summary>
    public FailurePolicy? OnFailure { get; init; }

    /// <summary>Steps under way at the same time. Default 32.</summary>
    public int MaxParallel { get; init; } = 32;

    /// <summary>How long the run may take, rollback not included; null: as long as its steps may.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Restart only: also start nodes that were not running before. Default false: a stopped node stays stopped.</summary>
    public bool StartStopped { get; init; }

    /// <summary>Ignore preflight errors, and run hooks even if queues were not drained.</summary>
    public bool Force { get; init; }

    /// <summary>While one of these files exists there is no run: a deploy is going on, say.</summary>
    public IReadOnlyList<string> SkipIf { get; init; } = [];

    /// <summary>
    /// Emergency: how long the queues may take to tell which tasks run. Only their own workers wait for that. Default 1 s.
    /// </summary>
    public TimeSpan AskTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the rollback may take, after a failure or Ctrl-C. Default 2 minutes.</summary>
    public TimeSpan RollbackTimeout { get; init; } = TimeSpan.FromMinutes(2);
}
