namespace OpsRestart.Core.Execution;

/// <summary>Nothing is done: that all before it has succeeded is what others wait for.</summary>
internal sealed class BarrierAction : IStepAction
{
    public Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken) =>
        Task.FromResult(new StepOutcome(StepStatus.Done));
}
