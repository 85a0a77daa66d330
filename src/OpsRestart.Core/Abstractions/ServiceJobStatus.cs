namespace OpsRestart.Core.Abstractions;

/// <summary>How a manager's job ended. A job that is done says nothing about the health of the service.</summary>
public enum ServiceJobStatus
{
    Done,

    /// <summary>There was nothing to do.</summary>
    Unchanged,
    Failed,

    /// <summary>The manager's own job timeout.</summary>
    TimedOut,

    /// <summary>Another job replaced it.</summary>
    Cancelled,

    /// <summary>Something that it depends on failed.</summary>
    DependencyFailed,

    /// <summary>A condition of the unit was not met, so that it was skipped.</summary>
    Skipped,
}
