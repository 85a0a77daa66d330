namespace OpsRestart;

public enum QueueWorkerState
{
    Unknown,
    Idle,
    Busy,
    Suspended,
    ShuttingDown,

    /// <summary>It is connected and does not answer.</summary>
    Unresponsive,

    /// <summary>It is registered, and its process is gone.</summary>
    Dead,
}
