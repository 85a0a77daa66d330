namespace OpsRestart.Commands;

[Cmdlet(VerbsLifecycle.Disable, "ManagedService", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ManagedService))]
public sealed class DisableManagedServiceCommand : ServiceActionCommand
{
    private protected override string Action => "Disable";

    private protected override async Task<ErrorRecord?> ActAsync(ServiceAction action, CancellationToken cancellationToken)
    {
        await action.Manager.DisableAsync([action.Id], cancellationToken).ConfigureAwait(false);
        return null;
    }
}
