namespace OpsRestart;

/// <summary>What is done to a graph.</summary>
public enum GraphOperation
{
    /// <summary>Start what does not run, in order.</summary>
    Start,

    /// <summary>Drain the queues, then stop in order.</summary>
    Stop,

    /// <summary>Drain, stop, run the hooks, start what ran before.</summary>
    Restart,
}
