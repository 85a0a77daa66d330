using System.Collections.Concurrent;

namespace OpsRestart.Core.Services;

/// <summary>How a plan's services are as they are found: each is read once, however many checks look at it.</summary>
internal sealed class ServiceLooks(IServiceHost host)
{
    private const string NoManager = "no-manager";

    private readonly ConcurrentDictionary<(ManagerTarget Manager, string Service), Lazy<Task<ManagedService>>> _found = new();

    /// <summary>Its manager did not run when it was looked at.</summary>
    public static bool IsManagerAway(ManagedService service) => service is { State: ServiceState.Unknown, LoadState: NoManager };

    /// <summary>The service as it was at the first look; see <see cref="LookAsync"/>.</summary>
    public Task<ManagedService> FindAsync(ServiceNode node, CancellationToken cancellationToken)
    {
        return _found
            .GetOrAdd((ManagerTarget.Of(node), node.Service), _ => new Lazy<Task<ManagedService>>(() => LookAsync(node, cancellationToken)))
            .Value;
    }

    /// <summary>
    /// The service as it is now. Where its manager does not run its state is <see cref="ServiceState.Unknown"/>, with the reason as its
    /// result: a supervisord may be a service of the same graph.
    /// </summary>
    public async Task<ManagedService> LookAsync(ServiceNode node, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(node, cancellationToken).ConfigureAwait(false);
        }
        catch (OpsRestartException e) when (e.Error == OpsError.ManagerUnavailable)
        {
            return new ManagedService
            {
                Name = node.Service,
                Id = node.Service,
                Manager = node.Manager,
                State = ServiceState.Unknown,
                LoadState = NoManager,
                Result = e.Sentence,
            };
        }
    }

    /// <summary>The service as it is now; one that the manager doesn't know has the state <see cref="ServiceState.NotFound"/>.</summary>
    public async Task<ManagedService> ReadAsync(ServiceNode node, CancellationToken cancellationToken)
    {
        var manager = await host.GetManagerAsync(node, cancellationToken).ConfigureAwait(false);
        return await manager.ReadAsync(node.Service, cancellationToken, withBoot: false).ConfigureAwait(false);
    }
}
