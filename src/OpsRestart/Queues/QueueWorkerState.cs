namespace OpsRestart;

/// <summary>What a worker is doing.</summary>
public enum QueueWorkerState
{
    /// <summary>The system does not say, or says something unknown.</summary>
    Unknown,

    /// <summary>It waits for tasks.</summary>
    Idle,

    /// <summary>It runs a task, or holds one.</summary>
    Busy,

    /// <summary>It takes no new tasks.</summary>
    Suspended,

    /// <summary>It finishes what it runs and then ends (warm shutdown).</summary>
    ShuttingDown,

    /// <summary>It is connected and does not answer.</summary>
    Unresponsive,

    /// <summary>It is registered, and its process is gone.</summary>
    Dead,
}
