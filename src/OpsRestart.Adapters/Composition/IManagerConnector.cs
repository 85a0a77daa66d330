using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Composition;

/// <summary>Connects to the service managers of one kind.</summary>
internal interface IManagerConnector
{
    Task<IServiceManager> ConnectAsync(string? hostName, ServiceScope scope, CancellationToken cancellationToken);

    IServiceLog OpenLog(string? hostName, ServiceScope scope);
}
