using OpsRestart.Core.Abstractions;

namespace OpsRestart.Core.Execution;

/// <summary>Suspends the workers of a queue. The suspension is held as a lease until the resume step, or until the run ends in whatever way.</summary>
internal sealed class SuspendAction : IStepAction
{
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
            // Not cancellable by itself: half a suspension is worse than one that is undone a moment later.
            var lease = await system.SuspendAsync(new SuspendRequest { Queues = queue.Queues, Workers = queue.Workers }, CancellationToken.None).ConfigureAwait(false);
            run.Leases[queue.Name] = lease;
            if (lease.Suspension.Foreign)
            {
                run.ForeignSuspensions[queue.Name] = true;
            }

            return new StepOutcome(StepStatus.Done, lease.Suspension.Foreign ? "already suspended by someone else; left to them" : "");
        }
    }
}
