namespace OpsRestart;

public enum StepStatus
{
    Pending,
    Running,
    Done,

    /// <summary>Wait ready: all probes healthy.</summary>
    Ready,
    Settled,
    Drained,

    /// <summary>There was nothing to do: already stopped, or was not running before.</summary>
    NotNeeded,

    /// <summary>Not run because something that it comes after did not succeed.</summary>
    Skipped,

    /// <summary>It stopped, but only after KILL.</summary>
    Killed,
    Failed,
    TimedOut,
    Cancelled,
}
