using System.Management.Automation;
using OpsRestart.Pipeline;

namespace OpsRestart.Commands;

[Cmdlet(VerbsData.Update, "ServiceManager", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class UpdateServiceManagerCommand : ServiceCommand
{
    protected override void ProcessRecord()
    {
        var name = Manager == ServiceManagerKind.Systemd ? "systemd" : "supervisord";
        if (ShouldProcess(Target.HostName is null ? name : $"{name} on {Target.HostName}", "Reload unit files"))
        {
            Run(UpdateAsync);
        }
    }

    private async Task UpdateAsync(Pump pump)
    {
        var manager = await Target.ManagerAsync(Session, pump.Stopping).ConfigureAwait(false);
        await manager.UpdateAsync(pump.Stopping).ConfigureAwait(false);
    }
}
