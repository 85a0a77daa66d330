namespace OpsRestart.Commands;

[Cmdlet(VerbsLifecycle.Start, "ManagedService", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ManagedService))]
public sealed class StartManagedServiceCommand : ServiceJobCommand
{
    private protected override string Action => "Start";

    private protected override OpsError TimeoutError => OpsError.StartTimeout;

    private protected override Task<ServiceJobResult> JobAsync(ServiceAction action, CancellationToken cancellationToken) =>
        action.Manager.StartAsync(action.Id, cancellationToken);

    private protected override Task<ErrorRecord?> VerifyAsync(ServiceAction action, CancellationToken cancellationToken) =>
        VerifyStartedAsync(action, cancellationToken);
}
