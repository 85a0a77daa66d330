namespace OpsRestart;

/// <summary>What to do when a drain does not end in time.</summary>
public enum DrainTimeoutPolicy
{
    /// <summary>Resume the queues, start again what was stopped, and end with an error.</summary>
    Abort,

    /// <summary>Go on; what still runs is given its warm shutdown and then reported.</summary>
    Continue,

    /// <summary>Go on and kill what still runs.</summary>
    Kill,
}
