namespace OpsRestart;

/// <summary>Which systemd instance: the system's (PID 1) or the calling user's.</summary>
public enum ServiceScope
{
    /// <summary>The system manager, as plain <c>systemctl</c>.</summary>
    System,

    /// <summary>The user's own manager, as <c>systemctl --user</c>.</summary>
    User,
}
