namespace OpsRestart;

/// <summary>
/// What kind of failure it is. The names are the error ids that scripts can test for; docs/en-US/about_OpsRestart.md lists them.
/// </summary>
public enum OpsError
{
    /// <summary>A defect: something that this version did not foresee.</summary>
    Unexpected,

    /// <summary>There is no such unit, or the graph has no such node.</summary>
    UnitNotFound,

    /// <summary>The unit is masked and can not be started.</summary>
    UnitMasked,

    /// <summary>The broker or the graph has no such queue.</summary>
    QueueNotFound,

    /// <summary>There is no graph of that name, or no such file.</summary>
    GraphNotFound,

    /// <summary>The queue system knows no such task.</summary>
    TaskNotFound,

    /// <summary>A Redis server has no such key.</summary>
    KeyNotFound,

    /// <summary>The graph is wrong; the message lists every finding.</summary>
    InvalidGraph,

    /// <summary>Nodes need each other in a circle; the message gives the path.</summary>
    CyclicDependency,

    /// <summary>An argument, an address or a probe is wrong.</summary>
    InvalidArgument,

    /// <summary>Root or a polkit rule is needed.</summary>
    AccessDenied,

    /// <summary>The other side refused the credentials.</summary>
    AuthenticationFailed,

    /// <summary>A bus, broker, database or host can not be reached, or has closed the connection.</summary>
    ConnectionFailed,

    /// <summary>The other side answers what its protocol does not allow.</summary>
    ProtocolError,

    /// <summary>The service manager's job failed.</summary>
    JobFailed,

    /// <summary>The unit failed while it was started or waited for.</summary>
    ServiceFailed,

    /// <summary>A hook ended with an error or ran out of time.</summary>
    HookFailed,

    /// <summary>A stop was not done in time.</summary>
    StopTimeout,

    /// <summary>A start job was not done in time.</summary>
    StartTimeout,

    /// <summary>Probes were not healthy in time, or a service did not reach its state.</summary>
    ReadyTimeout,

    /// <summary>A queue was not drained in time.</summary>
    DrainTimeout,

    /// <summary>The run's own time limit passed.</summary>
    RunTimeout,

    /// <summary>A run gave up because a queue was not drained, and was rolled back.</summary>
    DrainAborted,

    /// <summary>No worker consumes the queue.</summary>
    NoWorkers,

    /// <summary>Workers are there and do not answer.</summary>
    NoReply,

    /// <summary>Refused before the first change.</summary>
    PreflightFailed,

    /// <summary>Another run holds the lock of the graph.</summary>
    RunInProgress,

    /// <summary>The run failed and so did its rollback, or that was cut off.</summary>
    KnownBadState,

    /// <summary>At the end of the run a service or a probe was not as it should be.</summary>
    ValidationFailed,

    /// <summary>There is no such service manager here, or it is not supported.</summary>
    ManagerUnavailable,

    /// <summary>Cancelled by Ctrl-C, a signal or the end of the pipeline.</summary>
    Cancelled,
}
