using OpsRestart.Core.Planning;

namespace OpsRestart.Core.Execution;

/// <summary>
/// Runs a hook. One that counts on work being at rest is refused when some may still run: it would change the ground under it.
/// </summary>
internal sealed class HookAction : IStepAction
{
    public async Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken)
    {
        var hook = run.Hook(step.Target);
        if (!run.Options.Force && HookPhases.IsAtRest(hook.When) && Undrained(run, hook.When) is { } why)
        {
            return StepOutcome.Failed(
                OpsError.HookFailed,
                $"'{hook.Name}' was not run: {why} Drain it first, or force the run if losing or breaking those tasks is acceptable."
            );
        }

        using var deadline = new CancellationTokenSource(hook.Timeout, run.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var result = await run
                .Ports.Hooks.RunAsync(
                    hook,
                    line => run.Journal.Write(RunEventKind.StepProgress, SecretText.Redact(line), step),
                    linked.Token
                )
                .ConfigureAwait(false);
            return result.Succeeded
                ? new StepOutcome(StepStatus.Done, result.ExitCode is { } code ? $"exit code {code}" : "")
                : StepOutcome.Failed(
                    OpsError.HookFailed,
                    $"'{hook.Name}' failed{(result.ExitCode is { } failed ? $" with exit code {failed}" : "")}.{Tail(result.Output)}"
                );
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return StepOutcome.TimedOut(
                OpsError.HookFailed,
                $"'{hook.Name}' was ended after {Duration.Format(hook.Timeout)}, its timeout. Give it more time."
            );
        }
    }

    /// <summary>A queue whose consumers this run stops, and whose work was not seen to end.</summary>
    private static string? Undrained(RunState run, HookPhase phase)
    {
        foreach (var queue in run.Plan.Definition.Queues)
        {
            if (
                phase == HookPhase.Drained
                    ? DrainAction.NoConsumerRan(queue, run) || !queue.ConsumedBy.Any(run.Plan.Nodes.Contains)
                    : !queue.ConsumedBy.Any(run.Stopped.ContainsKey)
            )
            {
                continue;
            }

            if (!run.Drains.TryGetValue(queue.Name, out var drain))
            {
                return $"queue '{queue.Name}' was not drained.";
            }

            if (!drain.IsDrained)
            {
                return $"queue '{queue.Name}' still had {drain.Executing} tasks running when its drain ended.";
            }
        }

        return null;
    }

    private static string Tail(IReadOnlyList<string> output) =>
        output.Count == 0
            ? ""
            : "\n  Its last output:\n" + string.Join('\n', output.TakeLast(8).Select(static l => "    " + SecretText.Redact(l)));
}
