using OpsRestart.Core.Abstractions;

namespace OpsRestart.Core.Execution;

/// <summary>Suspends the workers of a queue. The suspension is held as a lease until the resume step, or until the run ends in whatever way.</summary>
internal sealed class SuspendAction : IStepAction
{
    /// <summary>A broker that accepts and then says nothing must not hold up the run for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public async Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken)
    {
        var queue = run.Queue(step.Target);
        if (DrainAction.NoConsumerRan(queue, run))
        {
            return new StepOutcome(StepStatus.NotNeeded, "no consumer was running");
        }

        var system = await run.Ports.Queues.OpenAsync(queue, cancellationToken).ConfigureAwait(false);
        await using (system.ConfigureAwait(false))
        {
            var lease = await SuspendAsync(system, queue, run.Time).ConfigureAwait(false);
            run.Leases[queue.Name] = new HeldLease(lease);
            if (lease.Suspension.Foreign)
            {
                run.ForeignSuspensions[queue.Name] = true;
            }

            return new StepOutcome(StepStatus.Done, lease.Suspension.Foreign ? "already suspended by someone else; left to them" : "");
        }
    }

    private static async Task<IQueueLease> SuspendAsync(IWorkQueueSystem system, GraphQueue queue, TimeProvider time)
    {
        // The run's own token does not end it: half a suspension is worse than one that is undone a moment later.
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            return await system.SuspendAsync(new SuspendRequest { Queues = queue.Queues, Workers = queue.Workers }, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new OpsRestartException(
                OpsError.NoReply,
                $"Queue '{queue.Name}' could not be suspended: no answer within {Duration.Format(Patience)}.",
                queue.Name,
                "See whether its broker answers, and resume the queue if a suspension was left.");
        }
    }
}
