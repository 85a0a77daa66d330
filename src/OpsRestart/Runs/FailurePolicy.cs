namespace OpsRestart;

/// <summary>What a run does when a step fails, after the independent branches have finished.</summary>
public enum FailurePolicy
{
    /// <summary>Back to the recorded prior state.</summary>
    Rollback,

    /// <summary>Leave it there and report: what comes after the failure is not done.</summary>
    Stop,

    /// <summary>
    /// Continue past failed starts, and report them. A stop, drain or hook that failed still keeps back what comes after it.
    /// </summary>
    Continue,
}
