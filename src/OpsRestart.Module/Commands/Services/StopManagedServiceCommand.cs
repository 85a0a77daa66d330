using OpsRestart.Errors;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsLifecycle.Stop, "ManagedService", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ManagedService))]
public sealed class StopManagedServiceCommand : ServiceJobCommand
{
    private const int SigKill = 9;

    /// <summary>
    /// Kill all processes of a service (its control group) that has not stopped within this time. Default: never; the manager has its own
    /// timeout.
    /// </summary>
    [Parameter]
    [Duration]
    public TimeSpan? StopTimeout { get; set; }

    private protected override string Action => "Stop";

    private protected override OpsError TimeoutError => OpsError.StopTimeout;

    private protected override async Task<ServiceJobResult> JobAsync(ServiceAction action, CancellationToken cancellationToken)
    {
        var job = action.Manager.StopAsync(action.Id, cancellationToken);
        if (
            StopTimeout is { } patience
            && await Task.WhenAny(job, Task.Delay(patience, cancellationToken)).ConfigureAwait(false) != job
            && !cancellationToken.IsCancellationRequested
        )
        {
            action.Pump.Warning($"{action.Service.Name} did not stop within {Duration.Format(patience)}: its processes are killed.");
            await action.Manager.KillAsync(action.Id, SigKill, cancellationToken).ConfigureAwait(false);
        }

        return await job.ConfigureAwait(false);
    }

    /// <summary>Stopped means that its control group is empty too.</summary>
    private protected override async Task<ErrorRecord?> VerifyAsync(ServiceAction action, CancellationToken cancellationToken)
    {
        var left = await action.Manager.GetProcessesAsync(action.Id, cancellationToken).ConfigureAwait(false);
        return left.Count == 0
            ? null
            : ErrorRecords.Create(
                OpsError.JobFailed,
                $"{action.Service.Name} is stopped, but {left.Count} of its processes are still there: "
                    + $"{string.Join("; ", left.Take(3).Select(static p => $"{p.Pid} {p.Command}"))}.",
                action.Service.Name,
                (
                    action.Service.Manager == ServiceManagerKind.Supervisor
                        ? "Neither stopasgroup nor killasgroup ends them."
                        : "Its unit has KillMode=process or none."
                ) + " Stop-ManagedService -StopTimeout 10s does not help here; end them by their pids."
            );
    }
}
