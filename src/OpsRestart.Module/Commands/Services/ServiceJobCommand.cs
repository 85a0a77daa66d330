using OpsRestart.Errors;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

/// <summary>The base of what is a job of the service manager: start, stop, restart.</summary>
public abstract class ServiceJobCommand : ServiceActionCommand
{
    /// <summary>
    /// How long to wait for each service. Default: as long as the manager's own timeouts allow. The manager's job goes on after it.
    /// </summary>
    [Parameter]
    [Duration]
    public TimeSpan? Timeout { get; set; }

    private protected abstract OpsError TimeoutError { get; }

    private protected abstract Task<ServiceJobResult> JobAsync(ServiceAction action, CancellationToken cancellationToken);

    /// <summary>Looks at what the job has led to; null when all is well.</summary>
    private protected abstract Task<ErrorRecord?> VerifyAsync(ServiceAction action, CancellationToken cancellationToken);

    private protected override async Task<ErrorRecord?> ActAsync(ServiceAction action, CancellationToken cancellationToken)
    {
        using var timeUp = new CancellationTokenSource(Timeout ?? System.Threading.Timeout.InfiniteTimeSpan, Session.Time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeUp.Token);

        ServiceJobResult result;
        try
        {
            result = await JobAsync(action, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ErrorRecords.Create(
                TimeoutError,
                $"{Action} {action.Service.Name}: not done within {Duration.Format(Timeout!.Value)}.",
                action.Service.Name,
                $"The service manager goes on with it: look with Get-ManagedService {action.Service.Name}."
            );
        }

        return result.Succeeded
            ? await VerifyAsync(action, cancellationToken).ConfigureAwait(false)
            : await JobFailedAsync(action, result, cancellationToken).ConfigureAwait(false);
    }

    private Task<ErrorRecord> JobFailedAsync(ServiceAction action, ServiceJobResult result, CancellationToken cancellationToken) =>
        action.FailedAsync(
            result.Status == ServiceJobStatus.TimedOut ? TimeoutError : OpsError.JobFailed,
            $"{Action} {action.Service.Name}: {Words(result)} ({result.Raw}).",
            cancellationToken
        );

    private static string Words(ServiceJobResult result) =>
        result.Status switch
        {
            ServiceJobStatus.TimedOut => "the manager's own time for it ran out",
            ServiceJobStatus.Cancelled => "another job took its place",
            ServiceJobStatus.DependencyFailed => "something that it depends on failed",
            ServiceJobStatus.Skipped => "a condition in its unit file was not met, so that it was skipped",
            _ => "the job failed",
        };

    /// <summary>
    /// A started service that has failed already. That it goes on running is for probes and Wait-ManagedService -StableFor to tell.
    /// </summary>
    private protected static async Task<ErrorRecord?> VerifyStartedAsync(ServiceAction action, CancellationToken cancellationToken)
    {
        var now = await action.ReadAsync(cancellationToken).ConfigureAwait(false);
        return now.State is ServiceState.Failed
            ? await action
                .FailedAsync(
                    OpsError.ServiceFailed,
                    $"{action.Service.Name} was started and has failed ({now.Result ?? now.ActiveState}).",
                    cancellationToken
                )
                .ConfigureAwait(false)
            : null;
    }
}
