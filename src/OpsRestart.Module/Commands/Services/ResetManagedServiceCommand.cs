using OpsRestart.Errors;

namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.Reset, "ManagedService", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ManagedService))]
public sealed class ResetManagedServiceCommand : ServiceActionCommand
{
    private protected override string Action => "Reset";

    /// <summary>supervisord can only end the restarts of a program; that one has failed it forgets at its next start.</summary>
    private protected override async Task<ErrorRecord?> ActAsync(ServiceAction action, CancellationToken cancellationToken)
    {
        await action.Manager.ResetFailedAsync(action.Id, cancellationToken).ConfigureAwait(false);
        var now = await action.ReadAsync(cancellationToken).ConfigureAwait(false);
        return now is { Manager: ServiceManagerKind.Supervisor, State: ServiceState.Failed }
            ? ErrorRecords.Create(
                OpsError.InvalidArgument,
                $"{now.Name} is still {now.ActiveState}: supervisord has no call that clears it, and it hinders no start.",
                now.Name,
                $"Start-ManagedService {now.Name} starts it."
            )
            : null;
    }
}
