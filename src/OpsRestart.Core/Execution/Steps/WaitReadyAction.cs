using OpsRestart.Core.Probes;

namespace OpsRestart.Core.Execution;

/// <summary>Waits until all probes of a node are healthy, and fails at once when the unit dies meanwhile.</summary>
internal sealed class WaitReadyAction : IStepAction
{
    public async Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken)
    {
        var node = run.Node(step.Target);
        if (run.LeaveStopped(node.Name))
        {
            return new StepOutcome(StepStatus.NotNeeded, "was not running before");
        }

        var manager = await run.ManagerAsync(node, cancellationToken).ConfigureAwait(false);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var died = UnitWatch.UntilTroubleAsync(manager, node, ended.Token);
        var probes = Task.WhenAll(node.Ready.Select(p => WaitAsync(p, node, run, step, ended.Token)));
        try
        {
            var first = await Task.WhenAny(died, probes).ConfigureAwait(false);
            if (first == died)
            {
                var trouble = await died.ConfigureAwait(false);
                return await UnitLog
                    .FailedAsync(
                        run,
                        node,
                        OpsError.ServiceFailed,
                        $"{node.Service} {trouble} while it was being probed.",
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }

            return await JudgeAsync(await probes.ConfigureAwait(false), node, run, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await Quietly(died).ConfigureAwait(false);
            await Quietly(probes).ConfigureAwait(false);
        }
    }

    private static Task<ProbeTry> WaitAsync(
        ProbeDefinition definition,
        ServiceNode node,
        RunState run,
        PlanStep step,
        CancellationToken cancellationToken
    )
    {
        var told = "";
        return run.ProbeAsync(definition, node, Tell, cancellationToken);

        void Tell(ProbeResult result)
        {
            // One line for each change of reason, not for each of many tries.
            if (result.Status != ProbeStatus.Healthy && result.Reason != told)
            {
                told = result.Reason;
                run.Journal.Write(RunEventKind.StepProgress, $"{result.Probe} {result.Target}: {result.Reason}", step);
            }
        }
    }

    private static async Task<StepOutcome> JudgeAsync(ProbeTry[] tries, ServiceNode node, RunState run, CancellationToken cancellationToken)
    {
        if (tries.FirstOrDefault(static t => !t.Healthy) is { } failed)
        {
            var log = await UnitLog.TailAsync(run, node, cancellationToken).ConfigureAwait(false);
            return StepOutcome.TimedOut(
                OpsError.ReadyTimeout,
                $"{node.Service} runs and is not ready: {failed.Result.Probe} {failed.Result.Target} was not healthy within "
                    + $"{Duration.Format(failed.Elapsed)} ({failed.Tries} tries, last {failed.Result.Reason}). {failed.Result.Detail}{log}",
                failed.Result.Reason
            );
        }

        var slowest = tries.MaxBy(static t => t.Elapsed)!;
        var note =
            slowest.Tries == 1
                ? FormattableString.Invariant($"{slowest.Result.Reason} in {slowest.Result.Latency.TotalMilliseconds:0} ms")
                : $"{slowest.Result.Reason} after {Duration.Format(slowest.Elapsed)}";
        return new StepOutcome(StepStatus.Ready, note);
    }

    private static async Task Quietly(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or OpsRestartException)
        {
            // Its end was brought about here, or has been reported by the other branch.
        }
    }
}
