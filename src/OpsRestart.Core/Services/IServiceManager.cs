using OpsRestart.Core.Text;

namespace OpsRestart.Core.Services;

/// <summary>
/// systemd or supervisord on one host, or the commands of one node. Names are taken as admins type them. Calls that change something wait
/// for the manager's job to end; a cancelled token ends the wait (and cancels the job where the manager can do that and has not begun it).
/// Failures of the manager or the connection are thrown as the adapter's <see cref="OpsRestartException"/>; the end of a job is a value.
/// </summary>
internal interface IServiceManager : IAsyncDisposable
{
    ServiceManagerKind Kind { get; }

    Task<IReadOnlyList<ManagedService>> GetServicesAsync(ServiceQuery query, CancellationToken cancellationToken);

    /// <summary>One service with its details; one that its manager doesn't know has state <see cref="ServiceState.NotFound"/>.</summary>
    async Task<ManagedService> ReadAsync(string name, CancellationToken cancellationToken, bool withBoot = true)
    {
        var query = new ServiceQuery
        {
            Names = [name],
            Detailed = true,
            WithoutBoot = !withBoot,
        };
        return await GetServicesAsync(query, cancellationToken).ConfigureAwait(false) switch
        {
            [var only] => only,
            [] => new ManagedService
            {
                Name = name,
                Id = name,
                Manager = Kind,
                State = ServiceState.NotFound,
            },
            var several => throw new OpsRestartException(
                OpsError.InvalidArgument,
                $"'{name}' is {several.Count} services: {NearestName.Some([.. several.Select(static s => s.Name)])}.",
                name,
                "Name one of them."
            ),
        };
    }

    Task<ServiceJobResult> StartAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Stops it and waits until the job is done. Whether the control group is empty is <see cref="GetProcessesAsync"/>'s to tell.
    /// </summary>
    Task<ServiceJobResult> StopAsync(string name, CancellationToken cancellationToken);

    Task<ServiceJobResult> RestartAsync(string name, CancellationToken cancellationToken);

    /// <summary>Sends a signal to every process of the service's control group (or process group), never by name.</summary>
    Task KillAsync(string name, int signal, CancellationToken cancellationToken);

    /// <summary>Clears the failed state and the start limit.</summary>
    Task ResetFailedAsync(string name, CancellationToken cancellationToken);

    Task EnableAsync(IReadOnlyList<string> names, CancellationToken cancellationToken);

    Task DisableAsync(IReadOnlyList<string> names, CancellationToken cancellationToken);

    /// <summary>Reloads unit or program files: daemon-reload; supervisor reread and update.</summary>
    Task<ServiceManagerUpdate> UpdateAsync(CancellationToken cancellationToken);

    /// <summary>The processes that the service has at this moment, children included.</summary>
    Task<IReadOnlyList<ServiceProcess>> GetProcessesAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// The present state of each service (detailed), then again at every change, by event where the manager has events. Ends only with the
    /// token (by <see cref="OperationCanceledException"/>) or when the connection is lost for good.
    /// </summary>
    IAsyncEnumerable<ManagedService> WatchAsync(IReadOnlyList<string> names, CancellationToken cancellationToken);
}
