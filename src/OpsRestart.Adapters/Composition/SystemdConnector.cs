using OpsRestart.Adapters.Systemd;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Composition;

/// <summary>Connects to systemd, the system's or the user's, here or by ssh.</summary>
internal sealed class SystemdConnector(TimeProvider time) : IManagerConnector
{
    public async Task<IServiceManager> ConnectAsync(string? hostName, ServiceScope scope, CancellationToken cancellationToken)
        => await SystemdServiceManager.ConnectAsync(scope, hostName, time, cancellationToken).ConfigureAwait(false);

    public IServiceLog OpenLog(string? hostName, ServiceScope scope) => new SystemdJournal(scope, hostName);
}
