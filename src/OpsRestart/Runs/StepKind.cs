namespace OpsRestart;

/// <summary>The steps that a run is made of.</summary>
public enum StepKind
{
    SuspendQueue,
    DrainQueue,

    /// <summary>The node is told to stop, and finishes what it runs; <see cref="Stop"/> waits for its end.</summary>
    Signal,
    Stop,
    Hook,
    Start,

    /// <summary>The node's probes become healthy.</summary>
    WaitReady,

    /// <summary>The node stays the same invocation for its <c>stableFor</c>.</summary>
    Settle,
    ResumeQueue,

    /// <summary>All probes of the graph once more, and error lines in the journals since the run began.</summary>
    Validate,

    /// <summary>Nothing is done: many steps wait for many others through this one.</summary>
    Barrier,
}
