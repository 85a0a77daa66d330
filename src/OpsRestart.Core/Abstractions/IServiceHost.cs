namespace OpsRestart.Core.Abstractions;

/// <summary>Finds the manager and the log of a node. What it returns is shared and stays its own: callers do not dispose it.</summary>
public interface IServiceHost
{
    /// <exception cref="OpsRestartException">ManagerUnavailable, ConnectionFailed, AccessDenied.</exception>
    Task<IServiceManager> GetManagerAsync(ServiceManagerKind kind, string? hostName, ServiceScope scope, CancellationToken cancellationToken);

    Task<IServiceLog> GetLogAsync(ServiceManagerKind kind, string? hostName, ServiceScope scope, CancellationToken cancellationToken);
}
