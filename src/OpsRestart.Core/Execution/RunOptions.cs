namespace OpsRestart.Core.Execution;

/// <summary>How to execute a plan.</summary>
public sealed record RunOptions
{
    /// <summary>Default: rollback for a restart; for a start or stop, stop (what has been done stays).</summary>
    public FailurePolicy? OnFailure { get; init; }

    /// <summary>Steps under way at the same time. Default 32.</summary>
    public int MaxParallel { get; init; } = 32;

    /// <summary>How long the run may take, rollback not included; null: as long as its steps may.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Restart only: start nodes too that were not running before. Default false: a stopped node stays stopped.</summary>
    public bool StartStopped { get; init; }

    /// <summary>Go on in spite of preflight errors, and run a hook though the work was not drained.</summary>
    public bool Force { get; init; }

    /// <summary>How long the rollback and the clean-up may take after a failure or Ctrl-C. Default 2 minutes.</summary>
    public TimeSpan CleanUpTime { get; init; } = TimeSpan.FromMinutes(2);
}
