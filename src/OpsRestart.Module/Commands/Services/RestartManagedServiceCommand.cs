using OpsRestart.Core.Execution;
using OpsRestart.Errors;

namespace OpsRestart.Commands;

[Cmdlet(VerbsLifecycle.Restart, "ManagedService", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ManagedService))]
public sealed class RestartManagedServiceCommand : ServiceJobCommand
{
    /// <summary>
    /// Restart at most this many at the same time, whatever they are. Default: programs of one group of supervisord one after the other,
    /// so that never all of a group are down; all else at once.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int? MaxParallel { get; set; }

    private protected override string Action => "Restart";

    private protected override OpsError TimeoutError => OpsError.StartTimeout;

    private protected override async Task ActOnManyAsync(
        IReadOnlyList<ServiceAction> actions,
        Func<ServiceAction, Task<bool>> act,
        CancellationToken cancellationToken
    )
    {
        using var places = new SemaphoreSlim(MaxParallel ?? int.MaxValue);
        var rows = MaxParallel is null ? actions.GroupBy(RowOf) : actions.GroupBy(static object (a) => a);
        await Task.WhenAll(rows.Select(r => InTurnAsync([.. r]))).ConfigureAwait(false);

        async Task InTurnAsync(IReadOnlyList<ServiceAction> row)
        {
            var failed = default(ServiceAction);
            foreach (var action in row)
            {
                if (failed is not null)
                {
                    action.Pump.Error(NotTried(action, failed));
                    continue;
                }

                await places.WaitAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    failed = await act(action).ConfigureAwait(false) ? null : action;
                }
                finally
                {
                    places.Release();
                }
            }
        }
    }

    private protected override Task<ErrorRecord?> ActAsync(ServiceAction action, CancellationToken cancellationToken)
    {
        if (action.IsNamed || Recorder.IsUp(action.Service.State))
        {
            return base.ActAsync(action, cancellationToken);
        }

        action.Pump.Verbose($"{action.Service.Name} was not running, and is left so.");
        return Task.FromResult<ErrorRecord?>(null);
    }

    private protected override Task<ServiceJobResult> JobAsync(ServiceAction action, CancellationToken cancellationToken) =>
        action.Manager.RestartAsync(action.Id, cancellationToken);

    private protected override Task<ErrorRecord?> VerifyAsync(ServiceAction action, CancellationToken cancellationToken) =>
        VerifyStartedAsync(action, cancellationToken);

    /// <summary>What is restarted one after the other: a group of programs, which stand for each other.</summary>
    private static object RowOf(ServiceAction action) =>
        action.Service.Manager == ServiceManagerKind.Supervisor ? (action.Target, action.Id.Split(':')[0]) : action;

    private static ErrorRecord NotTried(ServiceAction action, ServiceAction failed) =>
        ErrorRecords.Create(
            OpsError.JobFailed,
            $"{action.Service.Name} was not restarted, as {failed.Service.Name} of its group did not come back.",
            action.Service.Name,
            $"It is as it was. Mend {failed.Service.Name} first."
        );
}
