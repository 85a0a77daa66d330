namespace OpsRestart.Core.Execution;

/// <summary>
/// The hooks that run however a run ends, once it has begun: after the last step, or after the rollback. Each has its own time limit, and
/// the token of a cancelled run has no part in them.
/// </summary>
internal static class AlwaysHooks
{
    public static bool IsOne(PlanStep step, RunState run) => step.Kind == StepKind.Hook && run.Hook(step.Target).When == HookPhase.Always;

    /// <summary>
    /// Runs them, and adds them to the result. One that fails undoes nothing, and a run that had succeeded is not done then.
    /// </summary>
    public static async Task<ServiceGraphRun> RunAsync(RunState run, ServiceGraphRun result)
    {
        List<PlanStep> steps = [.. run.Plan.Steps.Where(s => IsOne(s, run)).Select(static s => s with { After = [] })];
        if (steps.Count == 0)
        {
            return result;
        }

        run.IsRollback = false;
        var reports = await new StepRunner(run, static _ => false).RunAsync(steps, CancellationToken.None).ConfigureAwait(false);
        var failure = reports.FirstOrDefault(static r => !r.Succeeded);
        if (failure is not null && result.Outcome != RunOutcome.Done)
        {
            run.Journal.Warn(failure.ErrorMessage ?? failure.Note);
        }

        result = result with
        {
            Steps = [.. result.Steps, .. reports],
            EndedAt = run.Time.GetUtcNow().UtcDateTime,
            Duration = run.Journal.Elapsed,
            Warnings = run.Journal.Warnings,
        };
        return failure is null || result.Outcome != RunOutcome.Done
            ? result
            : result with
            {
                Outcome = RunOutcome.Failed,
                Error = failure.Error,
                Failure = failure.ErrorMessage ?? failure.Note,
            };
    }
}
