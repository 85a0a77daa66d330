namespace OpsRestart.Core.Execution;

/// <summary>Resumes what the suspend step suspended, and nothing else.</summary>
internal sealed class ResumeAction : IStepAction
{
    /// <summary>What never answers must not hold up the run.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public async Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken)
    {
        // It stays the run's until it is given back: what fails here is tried again on the way out.
        if (!run.Leases.TryGetValue(step.Target, out var lease))
        {
            return new StepOutcome(StepStatus.NotNeeded, "nothing was suspended");
        }

        LeaseRelease.Tell(run, step.Target, await ResumeAsync(lease, step.Target, run.Time, cancellationToken).ConfigureAwait(false), step);
        run.Leases.TryRemove(step.Target, out _);
        await lease.DisposeAsync().ConfigureAwait(false);
        return new StepOutcome(StepStatus.Done, lease.Suspension.Foreign ? "suspended by someone else: left so" : "");
    }

    private static async Task<IReadOnlyList<string>> ResumeAsync(HeldLease lease, string queue, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await LeaseRelease.ResumeAsync(lease, time, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OpsRestartException(OpsError.NoReply, $"Queue '{queue}' could not be resumed: no answer within {Duration.Format(Patience)}.", queue);
        }
    }
}
