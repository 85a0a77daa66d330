namespace OpsRestart.Adapters.Systemd;

/// <summary>systemd's three states in one word.</summary>
internal static class UnitState
{
    /// <summary>A service that was up for less than this after an automatic restart is flapping.</summary>
    public static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(5);

    /// <summary>The state, flapping aside. A unit that runs is running even when its file was masked or removed meanwhile.</summary>
    public static ServiceState Map(string loadState, string activeState, string subState) =>
        activeState switch
        {
            "active" => subState == "exited" ? ServiceState.Exited : ServiceState.Running,
            "activating" => ServiceState.Starting,
            "deactivating" => ServiceState.Stopping,
            "reloading" or "refreshing" => ServiceState.Reloading,
            "inactive" or "failed" or "maintenance" when loadState == "masked" => ServiceState.Masked,
            "inactive" or "failed" when loadState == "not-found" => ServiceState.NotFound,
            "inactive" or "maintenance" => ServiceState.Stopped,
            "failed" => ServiceState.Failed,
            _ => ServiceState.Unknown,
        };

    /// <summary>
    /// Whether a unit dies again and again: it was restarted by systemd and has not stayed up for <see cref="StableAfter"/> since,
    /// it waits for yet another restart, or its restart count rose since it was last looked at.
    /// </summary>
    /// <param name="activeState">systemd's ActiveState.</param>
    /// <param name="subState">systemd's SubState.</param>
    /// <param name="restarts">NRestarts; null where that is not known.</param>
    /// <param name="uptime">How long it has been in its ActiveState.</param>
    /// <param name="hasRisen">Whether NRestarts is more than a short while ago.</param>
    public static bool IsFlapping(string activeState, string subState, long? restarts, TimeSpan? uptime, bool hasRisen) =>
        activeState switch
        {
            "activating" => restarts > 0 && (subState == "auto-restart" || hasRisen || uptime < StableAfter),
            "active" or "reloading" => restarts > 0 && (hasRisen || uptime < StableAfter),
            _ => false,
        };
}
