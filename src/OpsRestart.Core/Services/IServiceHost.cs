namespace OpsRestart.Core.Services;

/// <summary>Finds the manager and the log of a node. What it returns is shared and stays its own: callers do not dispose it.</summary>
internal interface IServiceHost
{
    /// <exception cref="OpsRestartException">ManagerUnavailable, ConnectionFailed, AccessDenied.</exception>
    Task<IServiceManager> GetManagerAsync(ManagerTarget target, CancellationToken cancellationToken);

    /// <summary>A node's.</summary>
    /// <exception cref="OpsRestartException">ManagerUnavailable, ConnectionFailed, AccessDenied.</exception>
    Task<IServiceManager> GetManagerAsync(ServiceNode node, CancellationToken cancellationToken) =>
        GetManagerAsync(ManagerTarget.Of(node), cancellationToken);

    Task<IServiceLog> GetLogAsync(ManagerTarget target, CancellationToken cancellationToken);
}
