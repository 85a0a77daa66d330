using OpsRestart.Adapters.Systemd.Bus;

namespace OpsRestart.Adapters.Systemd;

/// <summary>Hands out the one link to a systemd, and makes a new one when it was lost.</summary>
internal sealed class SystemdLinkSource(SystemdTarget target, TimeProvider time, Func<IBusConnection> open) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private SystemdLink? _link;
    private bool _disposed;

    /// <exception cref="SystemdException">ManagerUnavailable, ConnectionFailed, AccessDenied.</exception>
    public async Task<SystemdLink> GetAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Volatile.Read(ref _link) is { IsOpen: true } ready)
        {
            return ready;
        }

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_link is { IsOpen: true } made)
            {
                return made;
            }

            await CloseAsync().ConfigureAwait(false);
            return _link = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _gate.WaitAsync().ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
        _gate.Dispose();
    }

    // libsystemd connects in the background: only a first answer shows that there is a bus with systemd on it.
    private async Task<SystemdLink> ConnectAsync(CancellationToken cancellationToken)
    {
        var link = new SystemdLink(open(), target, time);
        try
        {
            var call = new BusCall(
                SystemdLink.ManagerPath,
                SystemdLink.PropertiesInterface,
                "Get",
                SystemdLink.ManagerInterface,
                "Version"
            );
            var reply = await link.Bus.CallAsync(call, cancellationToken).ConfigureAwait(false);
            return reply.Error is { } error ? throw SystemdErrors.ToException(ForConnecting(error), "reach systemd", null, target) : link;
        }
        catch
        {
            await link.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // A bus that hangs up on the first call is one that can't be used, not one that was lost.
    private BusError ForConnecting(BusError error) =>
        error.Name == BusError.Disconnected && !target.IsRemote ? error with { Name = BusError.NoServer } : error;

    private async Task CloseAsync()
    {
        if (Interlocked.Exchange(ref _link, null) is { } link)
        {
            await link.DisposeAsync().ConfigureAwait(false);
        }
    }
}
