namespace OpsRestart;

/// <summary>How far background work has to have come before it counts as drained.</summary>
public enum DrainLevel
{
    /// <summary>Do not drain at all.</summary>
    None,

    /// <summary>No task code runs and nothing is prefetched; the backlog may wait.</summary>
    Executing,

    /// <summary>The backlog is empty too. ETA and retry tasks may wait.</summary>
    Drained,

    /// <summary>No ETA, retry or rate-limited task is left either.</summary>
    Quiescent,
}
