namespace OpsRestart.Commands;

[Cmdlet(VerbsLifecycle.Enable, "ManagedService", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ManagedService))]
public sealed class EnableManagedServiceCommand : ServiceActionCommand
{
    private protected override string Action => "Enable";

    private protected override async Task<ErrorRecord?> ActAsync(ServiceAction action, CancellationToken cancellationToken)
    {
        await action.Manager.EnableAsync([action.Id], cancellationToken).ConfigureAwait(false);
        return null;
    }
}
