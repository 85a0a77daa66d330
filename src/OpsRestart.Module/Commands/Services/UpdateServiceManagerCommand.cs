namespace OpsRestart.Commands;

[Cmdlet(VerbsData.Update, "ServiceManager", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ServiceManagerUpdate))]
public sealed class UpdateServiceManagerCommand : ServiceCommand
{
    /// <summary>Return what was added, changed and removed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        var (name, action) =
            Target.Kind == ServiceManagerKind.Systemd
                ? ("systemd", "Reload unit files")
                : ("supervisord", "Take up its configuration; groups that were changed are restarted, those that are gone are stopped");
        if (ShouldProcess(Target.HostName is null ? name : $"{name} on {Target.HostName}", action))
        {
            Run(UpdateAsync);
        }
    }

    private async Task UpdateAsync(Pump pump)
    {
        var manager = await Session.Services.GetManagerAsync(Target, pump.Stopping).ConfigureAwait(false);
        var update = await manager.UpdateAsync(pump.Stopping).ConfigureAwait(false);
        pump.Verbose($"{update.Manager}: {update}.");
        if (PassThru)
        {
            await pump.OutputAsync(update).ConfigureAwait(false);
        }
    }
}
