namespace OpsRestart.Core.Execution;

/// <summary>Resumes what the suspend step suspended, and nothing else.</summary>
internal sealed class ResumeAction : IStepAction
{
    public async Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken)
    {
        // It stays the run's until it is given back: what fails here is tried again on the way out.
        if (!run.Leases.TryGetValue(step.Target, out var lease))
        {
            return new StepOutcome(StepStatus.NotNeeded, "nothing was suspended");
        }

        LeaseRelease.Tell(run, step.Target, await LeaseRelease.ResumeAsync(lease, run.Time, cancellationToken).ConfigureAwait(false), step);
        run.Leases.TryRemove(step.Target, out _);
        await lease.DisposeAsync().ConfigureAwait(false);
        return new StepOutcome(StepStatus.Done, lease.Suspension.Foreign ? "suspended by someone else: left so" : "");
    }
}
