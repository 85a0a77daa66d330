namespace OpsRestart.Adapters.Composition;

/// <summary>Connects to the service managers of one kind.</summary>
internal interface IManagerConnector
{
    /// <summary>The target as it was given first: what objects carry of it has no password.</summary>
    ManagerTarget Complete(ManagerTarget target);

    Task<IServiceManager> ConnectAsync(ManagerTarget target, CancellationToken cancellationToken);

    IServiceLog OpenLog(ManagerTarget target);
}
