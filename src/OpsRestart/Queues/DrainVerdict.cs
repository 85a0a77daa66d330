namespace OpsRestart;

/// <summary>What one look at a queue system says. Only <see cref="Drained"/> is drained.</summary>
public enum DrainVerdict
{
    /// <summary>Work is there or runs.</summary>
    Busy,

    /// <summary>Nothing that the level counts is left.</summary>
    Drained,

    /// <summary>The broker can't be reached.</summary>
    Unreachable,

    /// <summary>No worker consumes these queues.</summary>
    NoWorkers,

    /// <summary>Workers are there, and do not answer.</summary>
    NoReply,

    /// <summary>A worker died meanwhile: what became of the tasks that it ran is not known.</summary>
    WorkerDied,
}
