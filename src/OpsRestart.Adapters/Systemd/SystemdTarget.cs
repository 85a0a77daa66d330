namespace OpsRestart.Adapters.Systemd;

/// <summary>Which systemd is meant.</summary>
/// <param name="Scope">System or user.</param>
/// <param name="RemoteHost">As for ssh: <c>host</c> or <c>user@host</c>; null: this machine.</param>
internal sealed record SystemdTarget(ServiceScope Scope, string? RemoteHost)
{
    public bool IsRemote => RemoteHost is not null;

    public string HostName => RemoteHost ?? "localhost";

    /// <summary>For messages: nothing, or " on web1".</summary>
    public string Suffix => IsRemote ? $" on {RemoteHost}" : "";

    /// <summary>For advice: systemctl as it would be typed.</summary>
    public string Systemctl =>
        (Scope, RemoteHost) switch
        {
            (ServiceScope.User, _) => "systemctl --user",
            (_, not null) => $"systemctl -H {RemoteHost}",
            _ => "systemctl",
        };

    /// <exception cref="SystemdException">InvalidArgument.</exception>
    public static SystemdTarget Create(ServiceScope scope, string? hostName)
    {
        if (string.IsNullOrWhiteSpace(hostName) || hostName is "localhost" or "127.0.0.1" or "::1")
        {
            return new SystemdTarget(scope, null);
        }

        // It becomes an argument of ssh.
        if (
            hostName.StartsWith('-')
            || hostName.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('@' or '.' or '-' or '_' or ':' or '[' or ']'))
        )
        {
            throw new SystemdException(
                OpsError.InvalidArgument,
                $"'{hostName}' is not a host name.",
                target: hostName,
                advice: "Write host or user@host, as for ssh."
            );
        }

        return scope == ServiceScope.System
            ? new SystemdTarget(scope, hostName)
            : throw new SystemdException(
                OpsError.InvalidArgument,
                $"The user manager of another host ({hostName}) can't be reached.",
                target: hostName,
                advice: "Only the system manager of another host can; or run OpsRestart there."
            );
    }
}
