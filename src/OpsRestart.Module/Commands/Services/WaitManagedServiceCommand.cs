using OpsRestart.Errors;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsLifecycle.Wait, "ManagedService")]
[OutputType(typeof(ManagedService))]
public sealed class WaitManagedServiceCommand : ServiceActionCommand
{
    /// <summary>The state to wait for.</summary>
    [Parameter]
    public ServiceState State { get; set; } = ServiceState.Running;

    /// <summary>It has to stay in that state, the same invocation and without a restart, for this long. Default 0.</summary>
    [Parameter]
    [Duration]
    public TimeSpan StableFor { get; set; }

    /// <summary>How long to wait. Default 60 s.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    private protected override string Action => "Wait for";

    private protected override bool Changes => false;

    private protected override async Task<ErrorRecord?> ActAsync(ServiceAction action, CancellationToken cancellationToken)
    {
        var wait = new StateWait(State, StableFor);
        using var timeUp = new CancellationTokenSource(Timeout, Session.Time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeUp.Token);
        try
        {
            await FollowAsync(action, wait, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ErrorRecords.Create(
                OpsError.ReadyTimeout,
                $"{action.Service.Name} was not {Goal()} within {Duration.Format(Timeout)}: {wait.Describe()}.",
                action.Service.Name,
                $"Get-ServiceLog {action.Service.Name} -Tail 50 shows why."
            );
        }

        return wait.Failed
            ? await action
                .FailedAsync(
                    OpsError.ServiceFailed,
                    $"{action.Service.Name} has failed while it was waited for: {wait.Describe()}.",
                    cancellationToken
                )
                .ConfigureAwait(false)
            : null;
    }

    private DateTime Now => Session.Time.GetUtcNow().UtcDateTime;

    private string Goal() => StableFor == TimeSpan.Zero ? $"{State}" : $"{State} for {Duration.Format(StableFor)}";

    /// <summary>
    /// Ends when the wait is over, either way. A change is heard as it happens; the passing of the stable time is not a change.
    /// </summary>
    private async Task FollowAsync(ServiceAction action, StateWait wait, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var changes = action.Manager.WatchAsync([action.Id], enough.Token).GetAsyncEnumerator(enough.Token);
        var next = changes.MoveNextAsync().AsTask();
        try
        {
            while (!wait.IsOver(Now))
            {
                var due = wait.Due is { } at
                    ? Task.Delay(Positive(at - Now), Session.Time, cancellationToken)
                    : Task.Delay(System.Threading.Timeout.Infinite, cancellationToken);
                if (await Task.WhenAny(next, due).ConfigureAwait(false) == next)
                {
                    if (!await next.ConfigureAwait(false))
                    {
                        throw new OpsRestartException(
                            OpsError.ConnectionFailed,
                            "The service manager ended the watch.",
                            action.Service.Name,
                            "Try again."
                        );
                    }

                    wait.See(changes.Current, Now);
                    next = changes.MoveNextAsync().AsTask();
                }

                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            await enough.CancelAsync().ConfigureAwait(false);
            await EndAsync(next).ConfigureAwait(false);
            await changes.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static TimeSpan Positive(TimeSpan time) => time < TimeSpan.Zero ? TimeSpan.Zero : time;

    private static async Task EndAsync(Task<bool> next)
    {
        try
        {
            await next.ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or OpsRestartException)
        {
            // It was told to end.
        }
    }
}
