namespace OpsRestart.Adapters.Systemd;

/// <summary>A failure of systemd, its bus or its journal.</summary>
internal sealed class SystemdException(
    OpsError error,
    string message,
    string? dbusErrorName = null,
    string? target = null,
    string? advice = null
) : OpsRestartException(error, message, target, advice)
{
    /// <summary>
    /// The name of the D-Bus error, for example <c>org.freedesktop.systemd1.NoSuchUnit</c>; null when it was not the bus that refused.
    /// </summary>
    public string? DBusErrorName { get; } = dbusErrorName;
}
