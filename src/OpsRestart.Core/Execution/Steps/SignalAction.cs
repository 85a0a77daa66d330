namespace OpsRestart.Core.Execution;

/// <summary>Begins the stop of a service, and is done when its manager has passed that on. The stop step waits for its end.</summary>
internal sealed class SignalAction : IStepAction
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken)
    {
        var node = run.Node(step.Target);
        var manager = await run.ManagerAsync(node, cancellationToken).ConfigureAwait(false);
        var before = await run.ReadAsync(node, cancellationToken).ConfigureAwait(false);
        if (!Recorder.IsUp(before.State))
        {
            return new StepOutcome(StepStatus.NotNeeded, "was not running");
        }

        run.Stopped[node.Name] = true;
        var tasks = await UnfinishedTasks.FindAsync(node, manager, run, cancellationToken).ConfigureAwait(false);
        var job = manager.StopAsync(node.Service, cancellationToken);
        run.Begun[node.Name] = new BegunStop(job, tasks);
        await Task.WhenAny(job, UntilStoppingAsync(manager, node, run.Time, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return new StepOutcome(StepStatus.Done);
    }

    private static async Task UntilStoppingAsync(
        IServiceManager manager,
        ServiceNode node,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await foreach (var now in manager.WatchAsync([node.Service], limit.Token).ConfigureAwait(false))
            {
                if (!Recorder.IsUp(now.State))
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or OpsRestartException)
        {
            // The stop itself says what is wrong; one that is late in passing it on is waited for by the stop step.
        }
    }
}
