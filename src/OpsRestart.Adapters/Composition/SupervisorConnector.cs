using OpsRestart.Adapters.Supervisor;

namespace OpsRestart.Adapters.Composition;

/// <summary>Connects to supervisord: this machine's, or the one whose address is given.</summary>
internal sealed class SupervisorConnector(TimeProvider time) : IManagerConnector
{
    private readonly KnownBrokers _addresses = new();

    /// <summary>The host in an object is where the supervisord at its address is; it says nothing more.</summary>
    /// <exception cref="SupervisorException">InvalidArgument: another host, and no address there.</exception>
    public ManagerTarget Complete(ManagerTarget target) =>
        target switch
        {
            { Socket: { } given } => new ManagerTarget(target.Kind, Socket: _addresses.Restore(given)),
            { HostName: { } host } => throw SupervisorException.NoAddressOf(host),
            _ => new ManagerTarget(target.Kind),
        };

    public async Task<IServiceManager> ConnectAsync(ManagerTarget target, CancellationToken cancellationToken)
    {
        var manager = await SupervisorManager.ConnectAsync(target.Socket, time, cancellationToken).ConfigureAwait(false);
        if (target.Socket is { } given)
        {
            _addresses.Remember(manager.Address, given);
        }

        return manager;
    }

    public IServiceLog OpenLog(ManagerTarget target) => new SupervisorLog(target.Socket, time);
}
