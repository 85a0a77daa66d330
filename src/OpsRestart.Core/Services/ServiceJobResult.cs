namespace OpsRestart.Core.Services;

/// <summary>The end of one job on one service.</summary>
/// <param name="Name">The service.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Raw">The manager's own word for it.</param>
internal sealed record ServiceJobResult(string Name, ServiceJobStatus Status, string Raw)
{
    public bool Succeeded => Status is ServiceJobStatus.Done or ServiceJobStatus.Unchanged;
}

/// <summary>How a manager's job ended. A job that is done says nothing about the health of the service.</summary>
internal enum ServiceJobStatus
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
