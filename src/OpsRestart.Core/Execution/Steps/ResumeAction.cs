namespace OpsRestart.Core.Execution;

/// <summary>Resumes what the suspend step suspended, and nothing else.</summary>
internal sealed class ResumeAction : IStepAction
{
    public async Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken)
    {
        if (!run.Leases.TryRemove(step.Target, out var lease))
        {
            return new StepOutcome(StepStatus.NotNeeded, "nothing was suspended");
        }

        await using (lease.ConfigureAwait(false))
        {
            foreach (var warning in await lease.ResumeAsync(cancellationToken).ConfigureAwait(false))
            {
                run.Journal.Warn(warning, step);
            }

            return new StepOutcome(StepStatus.Done, lease.Suspension.Foreign ? "suspended by someone else: left so" : "");
        }
    }
}
