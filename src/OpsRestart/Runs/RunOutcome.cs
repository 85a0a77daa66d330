namespace OpsRestart;

/// <summary>How a run has ended.</summary>
public enum RunOutcome
{
    /// <summary>Every step succeeded.</summary>
    Done,

    /// <summary>Something failed, and everything is back in the state that was recorded before.</summary>
    RolledBack,

    /// <summary>Something failed, and by policy nothing was rolled back.</summary>
    Failed,

    /// <summary>It could not be drained in time: nothing was restarted, and everything is back as it was.</summary>
    DrainAborted,

    /// <summary>The run's own deadline passed; rolled back.</summary>
    TimedOut,

    /// <summary>Cancelled (Ctrl-C, a stopped pipeline); rolled back.</summary>
    Cancelled,

    /// <summary>Preflight or the lock refused it: nothing was changed.</summary>
    Refused,

    /// <summary>One of the files of <c>SkipIf</c> exists: nothing was looked at or changed.</summary>
    Skipped,

    /// <summary>The rollback failed too. <see cref="ServiceGraphRun.Left"/> lists what is not as it was.</summary>
    KnownBadState,
}
