namespace OpsRestart.Core.Execution;

/// <summary>Resumes what the suspend step suspended, and nothing else.</summary>
internal sealed class ResumeAction : IStepAction
{
    /// <summary>What never answers must not hold up the run.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Where the suspension was only tried.</summary>
    private static readonly TimeSpan AfterStop = TimeSpan.FromSeconds(5);

    public async Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken)
    {
        // It stays the run's until it is given back: what fails here is tried again on the way out.
        if (!run.Leases.TryGetValue(step.Target, out var lease))
        {
            return new StepOutcome(StepStatus.NotNeeded, "nothing was suspended");
        }

        var mustEnd = run.Queue(step.Target).Suspend;
        try
        {
            LeaseRelease.Tell(
                run,
                step.Target,
                await ResumeAsync(lease, step.Target, mustEnd ? Patience : AfterStop, run.Time, cancellationToken).ConfigureAwait(false),
                step
            );
        }
        catch (OpsRestartException e) when (!mustEnd)
        {
            run.Journal.Warn($"{SecretText.Redact(e.Message)} It is tried again at the end of the run.", step);
            return new StepOutcome(StepStatus.Done, "not resumed yet");
        }

        run.Leases.TryRemove(step.Target, out _);
        await lease.DisposeAsync().ConfigureAwait(false);
        return new StepOutcome(StepStatus.Done, lease.Suspension.Foreign ? "suspended by someone else: left so" : "");
    }

    private static async Task<IReadOnlyList<string>> ResumeAsync(
        HeldLease lease,
        string queue,
        TimeSpan within,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var patience = new CancellationTokenSource(within, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await LeaseRelease.ResumeAsync(lease, time, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OpsRestartException(
                OpsError.NoReply,
                $"Queue '{queue}' could not be resumed: no answer within {Duration.Format(within)}.",
                queue
            );
        }
    }
}
