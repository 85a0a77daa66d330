namespace OpsRestart.Adapters.Composition;

/// <summary>
/// One connection for each manager, made when it is first needed and kept. A connection that could not be made is tried again by the next
/// caller.
/// </summary>
internal sealed class ServiceHost(IReadOnlyDictionary<ServiceManagerKind, IManagerConnector> connectors) : IServiceHost, IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<ManagerTarget, IServiceManager> _managers = [];
    private readonly Dictionary<ManagerTarget, IServiceLog> _logs = [];

    public async Task<IServiceManager> GetManagerAsync(ManagerTarget target, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var full = connectors[target.Kind].Complete(target);
            if (!_managers.TryGetValue(full, out var manager))
            {
                manager = await connectors[target.Kind].ConnectAsync(full, cancellationToken).ConfigureAwait(false);
                _managers[full] = manager;
            }

            return manager;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<IServiceLog> GetLogAsync(ManagerTarget target, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var full = connectors[target.Kind].Complete(target);
            if (!_logs.TryGetValue(full, out var log))
            {
                log = connectors[target.Kind].OpenLog(full);
                _logs[full] = log;
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
}
