namespace OpsRestart.Core.Execution;

/// <summary>Carries out the steps of one kind.</summary>
internal interface IStepAction
{
    Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken);
}
