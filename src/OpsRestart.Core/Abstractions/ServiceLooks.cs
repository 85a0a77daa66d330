using System.Collections.Concurrent;

namespace OpsRestart.Core.Abstractions;

/// <summary>How a plan's services are as they are found: each is read once, however many checks look at it.</summary>
public sealed class ServiceLooks(IServiceHost host, TimeProvider time)
{
    private readonly ConcurrentDictionary<(ServiceManagerKind Manager, string? HostName, ServiceScope Scope, string Service), Lazy<Task<ManagedService>>> _found = new();

    /// <summary>The service as it was at the first look.</summary>
    public Task<ManagedService> FindAsync(ServiceNode node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        return _found.GetOrAdd((node.Manager, node.HostName, node.Scope, node.Service), _ => new Lazy<Task<ManagedService>>(() => ReadAsync(node, cancellationToken))).Value;
    }

    /// <summary>The service as it is now; one that the manager doesn't know has the state <see cref="ServiceState.NotFound"/>.</summary>
    public async Task<ManagedService> ReadAsync(ServiceNode node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        var manager = await host.GetManagerAsync(node.Manager, node.HostName, node.Scope, cancellationToken).ConfigureAwait(false);
        var found = await manager.GetServicesAsync(new ServiceQuery { Names = [node.Service], Detailed = true, WithoutBoot = true }, cancellationToken).ConfigureAwait(false);
        return found.Count > 0 ? found[0] : new ManagedService { Name = node.Service, Id = node.Service, Manager = node.Manager, State = ServiceState.NotFound, SampledAt = time.GetUtcNow().UtcDateTime };
    }
}
