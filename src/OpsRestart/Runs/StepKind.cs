namespace OpsRestart;

/// <summary>The steps that a run is made of.</summary>
public enum StepKind
{
    /// <summary>Workers of the queue take no new tasks.</summary>
    SuspendQueue,

    /// <summary>The queue is drained, to its level.</summary>
    DrainQueue,

    /// <summary>The node is told to stop, and finishes what it runs; <see cref="Stop"/> waits for its end.</summary>
    Signal,

    /// <summary>Emergency: the service is told to stop, and its whole control group is killed at once.</summary>
    Kill,

    /// <summary>The service is stopped and its control group is empty.</summary>
    Stop,

    /// <summary>A command or script block runs.</summary>
    Hook,

    /// <summary>The manager's start job is done.</summary>
    Start,

    /// <summary>The service is restarted in one go, by its own command for that.</summary>
    Restart,

    /// <summary>The node's probes become healthy.</summary>
    WaitReady,

    /// <summary>The node stays the same invocation for its <c>stableFor</c>.</summary>
    Settle,

    /// <summary>The node's workers consume again.</summary>
    WaitConsuming,

    /// <summary>Workers of the queue take tasks again.</summary>
    ResumeQueue,

    /// <summary>All probes of the graph once more, and error lines in the journals since the run began.</summary>
    Validate,

    /// <summary>Nothing is done: many steps wait for many others through this one.</summary>
    Barrier,
}
