using System.Management.Automation;

namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.Reset, "ManagedService", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ManagedService))]
public sealed class ResetManagedServiceCommand : ServiceActionCommand
{
    private protected override string Action => "Reset";

    private protected override async Task<ErrorRecord?> ActAsync(ServiceAction action, CancellationToken cancellationToken)
    {
        await action.Manager.ResetFailedAsync(action.Id, cancellationToken).ConfigureAwait(false);
        return null;
    }
}
