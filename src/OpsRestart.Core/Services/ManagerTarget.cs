namespace OpsRestart.Core.Services;

/// <summary>Which service manager is meant.</summary>
/// <param name="Kind">systemd or supervisord.</param>
/// <param name="HostName">systemd's: another host, as <c>user@host</c>; null: this one.</param>
/// <param name="Scope">systemd's: the system's or the user's.</param>
/// <param name="Socket">supervisord's: its address; null: the one that this machine's configuration names.</param>
/// <param name="Own">Of a node with commands: what they manage is known to nobody else.</param>
internal readonly record struct ManagerTarget(
    ServiceManagerKind Kind,
    string? HostName = null,
    ServiceScope Scope = ServiceScope.System,
    string? Socket = null,
    (string Service, ServiceCommands Commands)? Own = null
)
{
    /// <summary>This machine's systemd.</summary>
    public static ManagerTarget Here => new(ServiceManagerKind.Systemd);

    public static ManagerTarget Of(ServiceNode node) =>
        new(node.Manager, node.HostName, node.Scope, node.Socket, node.Commands is { } commands ? (node.Service, commands) : null);
}
