using OpsRestart.Adapters.Composition;

namespace OpsRestart.Commands;

/// <summary>Which managers may have a service, by its name and by what was said of its manager.</summary>
internal static class ManagerRule
{
    private static readonly string[] UnitTypes =
    [
        ".service",
        ".socket",
        ".target",
        ".timer",
        ".mount",
        ".automount",
        ".swap",
        ".path",
        ".slice",
        ".scope",
        ".device",
    ];

    /// <param name="name">Null: all services.</param>
    /// <param name="manager">Null: not said.</param>
    /// <param name="hostName">Another host; localhost is this one.</param>
    /// <param name="scope">Only systemd has scopes.</param>
    /// <param name="socket">supervisord's address.</param>
    public static IReadOnlyList<ManagerTarget> For(
        string? name,
        ServiceManagerKind? manager,
        string? hostName,
        ServiceScope scope,
        string? socket
    ) => For(name, manager, hostName, scope, socket, OpsSession.HasSupervisor);

    internal static IReadOnlyList<ManagerTarget> For(
        string? name,
        ServiceManagerKind? manager,
        string? hostName,
        ServiceScope scope,
        string? socket,
        Func<bool> hasSupervisor
    )
    {
        var host = Host(hostName);
        ManagerTarget systemd = new(ServiceManagerKind.Systemd, host, scope);
        ManagerTarget supervisor = new(ServiceManagerKind.Supervisor, host, Socket: socket);
        if (manager == ServiceManagerKind.Supervisor || (manager is null && socket is not null))
        {
            return [supervisor];
        }

        if (manager == ServiceManagerKind.Systemd || host is not null || scope != ServiceScope.System || IsUnit(name))
        {
            return [systemd];
        }

        return HasGroup(name) ? [supervisor]
            : hasSupervisor() ? [systemd, supervisor]
            : [systemd];
    }

    /// <summary>Null: this one.</summary>
    public static string? Host(string? hostName) =>
        string.IsNullOrEmpty(hostName) || string.Equals(hostName, "localhost", StringComparison.OrdinalIgnoreCase) ? null : hostName;

    private static bool IsUnit(string? name) =>
        name is not null && Array.Exists(UnitTypes, t => name.EndsWith(t, StringComparison.Ordinal));

    // The instance of a template may have a colon.
    private static bool HasGroup(string? name) =>
        name?.IndexOf(':', StringComparison.Ordinal) is > 0 and var at && !name[..at].Contains('@');
}
