namespace OpsRestart;

/// <summary>How a restart deals with background work, as one choice for the whole graph. about_DrainModes helps to choose.</summary>
public enum DrainMode
{
    /// <summary>
    /// Suspend the workers, wait until no task runs, restart, resume. Nothing is interrupted; the backlog waits. Default timeout 5 minutes.
    /// </summary>
    Wait,

    /// <summary>
    /// Suspend the workers, ask each to finish what it runs (warm shutdown), and start it again as soon as it has ended; restart everything
    /// else at once. A worker gets its own stop timeout. Datastores are left alone unless they are named.
    /// </summary>
    Signal,

    /// <summary>Suspend the workers, restart without waiting, resume. What still runs after 30 seconds is killed.</summary>
    SuspendOnly,

    /// <summary>
    /// Restart, and wait for no task: workers that answer at once are suspended before they stop, others are stopped all the same. What
    /// still runs after 30 seconds is killed.
    /// </summary>
    None,
}
