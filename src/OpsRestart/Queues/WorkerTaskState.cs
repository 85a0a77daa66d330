namespace OpsRestart;

/// <summary>Where a task is.</summary>
public enum WorkerTaskState
{
    /// <summary>The system gives a state that this version does not know.</summary>
    Unknown,

    /// <summary>Waits in a queue.</summary>
    Ready,

    /// <summary>Prefetched by a worker, not started.</summary>
    Reserved,

    /// <summary>Waits for its time: ETA, countdown, retry.</summary>
    Scheduled,

    /// <summary>Runs.</summary>
    Active,

    /// <summary>RQ: waits for another job.</summary>
    Deferred,

    /// <summary>Unacknowledged or in progress, and no live worker has it.</summary>
    Orphan,

    /// <summary>RQ: failed.</summary>
    Failed,
}
