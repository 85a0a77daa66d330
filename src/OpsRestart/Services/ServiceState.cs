namespace OpsRestart;

/// <summary>One word for what a service is doing, the same for every service manager.</summary>
public enum ServiceState
{
    /// <summary>The manager gave a state that this version does not know.</summary>
    Unknown,

    /// <summary>Not running, and not failed.</summary>
    Stopped,

    /// <summary>A start is under way; this includes the wait between two automatic restarts.</summary>
    Starting,

    /// <summary>A process is there and the manager calls it up. Says nothing about health.</summary>
    Running,

    /// <summary>
    /// Running or restarting, but it dies again and again: up for less than 5 seconds after a restart, or the restart count rises.
    /// </summary>
    Flapping,

    /// <summary>A one-shot service that has done its work (<c>active (exited)</c>).</summary>
    Exited,

    /// <summary>A reload is under way.</summary>
    Reloading,

    /// <summary>A stop is under way.</summary>
    Stopping,

    /// <summary>The manager gave up on it (<c>failed</c>, FATAL).</summary>
    Failed,

    /// <summary>The unit is masked: it can't be started.</summary>
    Masked,

    /// <summary>No such unit or program.</summary>
    NotFound,
}
