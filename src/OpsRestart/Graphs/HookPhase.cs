namespace OpsRestart;

/// <summary>When in a restart a hook runs.</summary>
public enum HookPhase
{
    /// <summary>When everything has stopped and the datastores are ready again.</summary>
    DatastoresReady,

    /// <summary>Before the first change.</summary>
    Before,

    /// <summary>When the queues are drained, before their workers and what those need stop.</summary>
    Drained,

    /// <summary>When everything has stopped, before anything starts.</summary>
    Stopped,

    /// <summary>When everything is up again, before the checks at the end.</summary>
    Started,

    /// <summary>At the end, however the run ends: also when it failed or was cancelled, and after a rollback.</summary>
    Always,
}
