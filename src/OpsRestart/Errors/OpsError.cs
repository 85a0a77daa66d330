namespace OpsRestart;

/// <summary>What kind of failure it is. The names are the error ids that scripts can test for; docs/en-US/about_OpsRestart.md lists them.</summary>
public enum OpsError
{
    /// <summary>A defect: something that this version did not foresee.</summary>
    Unexpected,
    UnitNotFound,
    UnitMasked,
    QueueNotFound,
    GraphNotFound,
    TaskNotFound,
    InvalidGraph,
    CyclicDependency,
    InvalidArgument,
    AccessDenied,
    AuthenticationFailed,
    ConnectionFailed,
    ProtocolError,
    JobFailed,
    ServiceFailed,
    HookFailed,
    StopTimeout,
    StartTimeout,
    ReadyTimeout,
    DrainTimeout,
    RunTimeout,
    DrainAborted,
    NoWorkers,
    NoReply,
    PreflightFailed,
    RunInProgress,
    KnownBadState,
    ValidationFailed,
    ManagerUnavailable,
    Cancelled,
}
