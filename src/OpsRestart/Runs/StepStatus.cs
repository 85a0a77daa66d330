namespace OpsRestart;

/// <summary>What became of a step.</summary>
public enum StepStatus
{
    /// <summary>Not begun.</summary>
    Pending,

    /// <summary>Under way.</summary>
    Running,

    /// <summary>It did what it says.</summary>
    Done,

    /// <summary>Wait ready: all probes healthy.</summary>
    Ready,

    /// <summary>Settle: it stayed the same invocation for its time.</summary>
    Settled,

    /// <summary>Drain: with a proof.</summary>
    Drained,

    /// <summary>There was nothing to do: already stopped, or was not running before.</summary>
    NotNeeded,

    /// <summary>Not run because something that it comes after did not succeed.</summary>
    Skipped,

    /// <summary>It stopped, but only after KILL.</summary>
    Killed,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It was not done in time.</summary>
    TimedOut,

    /// <summary>It was cut off.</summary>
    Cancelled,
}
