namespace OpsRestart.Adapters.Systemd.Bus;

/// <summary>An error reply.</summary>
/// <param name="Name">D-Bus error name, for example <c>org.freedesktop.systemd1.NoSuchUnit</c>.</param>
/// <param name="Message">The sender's own words.</param>
internal sealed record BusError(string Name, string Message)
{
    /// <summary>The connection is gone: the call may or may not have been carried out.</summary>
    public const string Disconnected = "org.freedesktop.DBus.Error.Disconnected";

    /// <summary>No answer in time.</summary>
    public const string NoReply = "org.freedesktop.DBus.Error.NoReply";

    public const string Failed = "org.freedesktop.DBus.Error.Failed";

    /// <summary>libsystemd.so.0 is not on this machine.</summary>
    public const string NoLibrary = "org.opsrestart.NoLibsystemd";

    /// <summary>The bus could not be reached at all.</summary>
    public const string NoServer = "org.freedesktop.DBus.Error.NoServer";
}
