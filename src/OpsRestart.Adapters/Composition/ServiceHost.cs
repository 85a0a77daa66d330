using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Composition;

/// <summary>One connection for each manager, host and scope, made when it is first needed and kept. A connection that could not be made is tried again by the next caller.</summary>
internal sealed class ServiceHost(IReadOnlyDictionary<ServiceManagerKind, IManagerConnector> connectors) : IServiceHost, IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<(ServiceManagerKind, string?, ServiceScope), IServiceManager> _managers = [];
    private readonly Dictionary<(ServiceManagerKind, string?, ServiceScope), IServiceLog> _logs = [];

    public async Task<IServiceManager> GetManagerAsync(ServiceManagerKind kind, string? hostName, ServiceScope scope, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_managers.TryGetValue((kind, hostName, scope), out var manager))
            {
                manager = await Connector(kind).ConnectAsync(hostName, scope, cancellationToken).ConfigureAwait(false);
                _managers[(kind, hostName, scope)] = manager;
            }

            return manager;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<IServiceLog> GetLogAsync(ServiceManagerKind kind, string? hostName, ServiceScope scope, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_logs.TryGetValue((kind, hostName, scope), out var log))
            {
                log = Connector(kind).OpenLog(hostName, scope);
                _logs[(kind, hostName, scope)] = log;
            }

            return log;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var manager in _managers.Values)
        {
            await manager.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var log in _logs.Values.OfType<IAsyncDisposable>())
        {
            await log.DisposeAsync().ConfigureAwait(false);
        }

        _gate.Dispose();
    }

    private IManagerConnector Connector(ServiceManagerKind kind) => connectors.TryGetValue(kind, out var connector)
        ? connector
        : throw new OpsRestartException(
            OpsError.ManagerUnavailable,
            $"{(kind == ServiceManagerKind.Supervisor ? "supervisord" : kind)} is not supported by this version.",
            kind.ToString(),
            "Run the program as a unit of systemd.");
}
