namespace OpsRestart.Core.Execution;

/// <summary>Sees that a service stays the same invocation, without a restart, for its <c>stableFor</c>.</summary>
internal sealed class SettleAction : IStepAction
{
    public async Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken)
    {
        var node = run.Node(step.Target);
        if (run.LeaveStopped(node.Name))
        {
            return new StepOutcome(StepStatus.NotNeeded, "was not running before");
        }

        var stable = node.StableFor ?? PlannedState.StableByDefault;
        var manager = await run.ManagerAsync(node, cancellationToken).ConfigureAwait(false);
        var trouble = await UnitWatch.WatchAsync(manager, node, stable, run.Time, cancellationToken).ConfigureAwait(false);
        return trouble is null
            ? new StepOutcome(StepStatus.Settled, $"up for {Duration.Format(stable)}")
            : StepOutcome.Failed(
                OpsError.ServiceFailed,
                $"{node.Service} {trouble}, less than {Duration.Format(stable)} after it was "
                    + $"ready.{await UnitLog.TailAsync(run, node, cancellationToken).ConfigureAwait(false)}"
            );
    }
}
