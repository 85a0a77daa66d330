using OpsRestart.Adapters.Systemd;

namespace OpsRestart.Adapters.Composition;

/// <summary>Connects to systemd, the system's or the user's, here or by ssh.</summary>
internal sealed class SystemdConnector(TimeProvider time) : IManagerConnector
{
    public ManagerTarget Complete(ManagerTarget target) => target with { Socket = null };

    public async Task<IServiceManager> ConnectAsync(ManagerTarget target, CancellationToken cancellationToken) =>
        await SystemdServiceManager.ConnectAsync(target.Scope, target.HostName, time, cancellationToken).ConfigureAwait(false);

    public IServiceLog OpenLog(ManagerTarget target) => new SystemdJournal(target.Scope, target.HostName);
}
