using OpsRestart.Adapters.Systemd;
using OpsRestart.Adapters.Systemd.Schedules;

namespace OpsRestart.Commands;

/// <summary>What the cmdlets of schedules share: the system's systemd of this host.</summary>
public abstract class ScheduleCommand : OpsCmdlet
{
    private protected async Task<ScheduleStore> StoreAsync(CancellationToken cancellationToken)
    {
        var manager = await Session.Services.GetManagerAsync(ManagerTarget.Here, cancellationToken).ConfigureAwait(false);
        return Session.Schedules((SystemdServiceManager)manager);
    }
}
