using OpsRestart.Adapters.Systemd.Bus;

namespace OpsRestart.Adapters.Systemd;

/// <summary>What the bus' and systemd's error names mean, and what to do about them.</summary>
internal static class SystemdErrors
{
    private const string DBus = "org.freedesktop.DBus.Error.";
    private const string Manager = "org.freedesktop.systemd1.";

    /// <param name="error">What came back.</param>
    /// <param name="action">What was tried, as in "start nautobot".</param>
    /// <param name="unit">The unit as the caller named it; null when none is concerned.</param>
    /// <param name="where">Which manager was asked.</param>
    public static SystemdException ToException(BusError error, string action, string? unit, SystemdTarget where)
    {
        var kind = Classify(error.Name, where);
        var reason = string.IsNullOrWhiteSpace(error.Message) ? error.Name : error.Message.TrimEnd('.', ' ');
        return new SystemdException(
            kind,
            $"Could not {action}{where.Suffix}: {reason}.",
            error.Name,
            unit ?? where.HostName,
            Advise(kind, error.Name, unit, where)
        );
    }

    /// <summary>
    /// True while systemd itself is on its way back (daemon-reexec): it has left the bus for a moment, and the same call works soon.
    /// </summary>
    public static bool IsPassing(BusError error) =>
        error.Name switch
        {
            BusError.NoReply or DBus + "ServiceUnknown" or DBus + "NameHasNoOwner" => true,
            _ => error.Name.StartsWith(DBus + "Spawn.", StringComparison.Ordinal),
        };

    public static OpsError Classify(string name, SystemdTarget where) =>
        name switch
        {
            Manager + "NoSuchUnit" or Manager + "NotLoaded" or "System.Error.ENOENT" or DBus + "FileNotFound" => OpsError.UnitNotFound,
            Manager + "UnitMasked" => OpsError.UnitMasked,
            DBus + "AccessDenied" or DBus + "InteractiveAuthorizationRequired" or DBus + "AuthFailed" => OpsError.AccessDenied,
            DBus + "InvalidArgs" or Manager + "JobTypeNotApplicable" or Manager + "OnlyByDependency" or Manager + "UnitNameInvalid" =>
                OpsError.InvalidArgument,
            BusError.NoLibrary => OpsError.ManagerUnavailable,
            BusError.NoServer => where.IsRemote ? OpsError.ConnectionFailed : OpsError.ManagerUnavailable,
            DBus + "ServiceUnknown" or DBus + "NameHasNoOwner" => OpsError.ManagerUnavailable,
            BusError.Disconnected or BusError.NoReply or DBus + "Timeout" or DBus + "LimitsExceeded" => OpsError.ConnectionFailed,
            _ when name.StartsWith(DBus + "Spawn.", StringComparison.Ordinal) => OpsError.ManagerUnavailable,
            _ when name.StartsWith(Manager, StringComparison.Ordinal) => OpsError.JobFailed,
            _ => OpsError.ProtocolError,
        };

    private static string Advise(OpsError kind, string name, string? unit, SystemdTarget where) =>
        kind switch
        {
            OpsError.UnitNotFound => "Check the name; after a new unit file run 'systemctl daemon-reload'.",
            OpsError.UnitMasked => $"Unmask it first if that is what you want: {where.Systemctl} unmask {unit}.",
            OpsError.AccessDenied when where.IsRemote =>
                "Connect as root, or allow the user the polkit action org.freedesktop.systemd1.manage-units on that host.",
            OpsError.AccessDenied => "Run as root (sudo), or allow the user the polkit action org.freedesktop.systemd1.manage-units.",
            OpsError.ManagerUnavailable when name == BusError.NoLibrary =>
                "OpsRestart needs a Linux with systemd (package libsystemd0 or systemd-libs).",
            OpsError.ManagerUnavailable when where.Scope == ServiceScope.User =>
                "Is there a session? XDG_RUNTIME_DIR must be /run/user/UID, and the user's manager runs while logged in, or always "
                    + "after loginctl enable-linger.",
            OpsError.ManagerUnavailable => "Is systemd PID 1 here, and is its D-Bus up (dbus.socket)? In a container it usually is not.",
            OpsError.ConnectionFailed when where.IsRemote =>
                $"Check that ssh {where.HostName} works without a question, and that systemd is running there.",
            OpsError.ConnectionFailed =>
                $"Whether it was carried out is not known: look at {where.Systemctl} status, then try again; a new connection is made "
                    + "by itself.",
            OpsError.InvalidArgument when name == Manager + "OnlyByDependency" =>
                "The unit refuses to be started or stopped by hand (RefuseManualStart=, RefuseManualStop=): act on what needs it.",
            _ when name == Manager + "TransactionIsDestructive" =>
                "Another job stands against it, often a shutdown under way: see systemctl list-jobs.",
            _ when name is Manager + "BadUnitSetting" or Manager + "LoadFailed" =>
                $"The unit file has an error: see {where.Systemctl} status {unit} and systemd-analyze verify.",
            _ => $"See {where.Systemctl} status {unit} and its log.",
        };
}
