using OpsRestart.Adapters.Composition;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Commands;

/// <summary>Which service manager is meant.</summary>
internal readonly record struct ServiceTarget(ServiceManagerKind Manager, string? HostName, ServiceScope Scope)
{
    public static ServiceTarget Of(ServiceManagerKind manager, string? hostName, ServiceScope scope)
        => new(manager, string.IsNullOrEmpty(hostName) || string.Equals(hostName, "localhost", StringComparison.OrdinalIgnoreCase) ? null : hostName, scope);

    public Task<IServiceManager> ManagerAsync(OpsSession session, CancellationToken cancellationToken)
        => session.Services.GetManagerAsync(Manager, HostName, Scope, cancellationToken);

    public Task<IServiceLog> LogAsync(OpsSession session, CancellationToken cancellationToken)
        => session.Services.GetLogAsync(Manager, HostName, Scope, cancellationToken);
}
