namespace OpsRestart.Core.Execution;

/// <summary>What a run does when a step fails, after the independent branches have finished.</summary>
public enum FailurePolicy
{
    /// <summary>Back to the recorded prior state.</summary>
    Rollback,

    /// <summary>Stop there and report.</summary>
    Stop,

    /// <summary>Do everything that does not depend on what failed, and report.</summary>
    Continue,
}
