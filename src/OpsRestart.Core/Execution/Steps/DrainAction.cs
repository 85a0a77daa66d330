using OpsRestart.Core.Abstractions;
using OpsRestart.Core.Drain;

namespace OpsRestart.Core.Execution;

/// <summary>Waits until a queue is drained, and does what its policy says when it is not in time.</summary>
internal sealed class DrainAction : IStepAction
{
    public static bool NoConsumerRan(GraphQueue queue, RunState run)
        => queue.ConsumedBy.All(n => run.Prior.TryGetValue(n, out var prior) && !prior.WasRunning);

    public async Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken)
    {
        var queue = run.Queue(step.Target);
        if (NoConsumerRan(queue, run))
        {
            return new StepOutcome(StepStatus.NotNeeded, "no consumer was running");
        }

        var system = await run.Ports.Queues.OpenAsync(queue, cancellationToken).ConfigureAwait(false);
        await using (system.ConfigureAwait(false))
        {
            var request = new DrainRequest { Level = queue.Drain, Queues = queue.Queues, ExpectedWorkers = queue.Workers };
            var result = await WaitAsync(system, queue, request, run, step, cancellationToken).ConfigureAwait(false);
            run.Drains[queue.Name] = result;
            if (DrainWarning.Of(result) is { } warning)
            {
                run.Journal.Warn($"Queue '{queue.Name}': {warning}", step);
            }

            return result.IsDrained ? new StepOutcome(StepStatus.Drained, Note(result)) : NotDrained(queue, result, run, step);
        }
    }

    /// <summary>Waits for the drain, and for the death of a worker: with the policy abort that is the end of it, otherwise the others are waited for.</summary>
    private static async Task<DrainResult> WaitAsync(IWorkQueueSystem system, GraphQueue queue, DrainRequest request, RunState run, PlanStep step, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var last = new DrainProgress { Queue = queue.Name };
        DrainProgress? first = null;
        var watch = ConsumerWatch.Begin(queue, run, cancellationToken);
        await using (watch.ConfigureAwait(false))
        {
            var drain = new DrainWaiter(run.Time).WaitAsync(system, queue.Name, request, queue.Timeout, See, enough.Token);
            if (await Task.WhenAny(drain, watch.Trouble).ConfigureAwait(false) != drain && queue.OnTimeout == DrainTimeoutPolicy.Abort)
            {
                await enough.CancelAsync().ConfigureAwait(false);
            }

            await ((Task)drain).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            var result = drain.IsCanceled ? Ended(first, last, system, request, run) : await drain.ConfigureAwait(false);
            return await watch.FindTroubleAsync(cancellationToken).ConfigureAwait(false) is { } trouble ? WorkerDied(result, trouble, watch.Running) : result;
        }

        void See(DrainProgress progress)
        {
            first ??= progress.Verdict is DrainVerdict.Busy or DrainVerdict.Drained or DrainVerdict.NoWorkers ? progress : null;
            last = progress;
            Tell(progress, first, run, step);
        }
    }

    private static DrainResult Ended(DrainProgress? first, DrainProgress last, IWorkQueueSystem system, DrainRequest request, RunState run) => new()
    {
        Queue = last.Queue,
        System = system.System,
        Level = request.Level,
        Took = last.Elapsed,
        At = run.Time.GetUtcNow().UtcDateTime,
        WaitingBefore = first?.Waiting,
        HeldBefore = first?.Held,
        ExecutingBefore = first?.Executing,
        Waiting = last.Waiting,
        Held = last.Held,
        Executing = last.Executing,
    };

    private static DrainResult WorkerDied(DrainResult result, string trouble, IReadOnlyList<WorkerTask> running) => result with
    {
        Verdict = DrainVerdict.WorkerDied,
        Confidence = DrainConfidence.None,
        Evidence = [$"{trouble} in the middle of the drain", .. result.Evidence],
        Remaining = running,
    };

    private static StepOutcome NotDrained(GraphQueue queue, DrainResult result, RunState run, PlanStep step)
    {
        var what = $"Queue '{queue.Name}' is not drained after {Duration.Format(result.Took)}: {Words(result)}";
        switch (queue.OnTimeout)
        {
            case DrainTimeoutPolicy.Continue:
                run.Journal.Warn($"{what}{List(result)} Going on, as asked for: each worker gets its warm shutdown.", step);
                return new StepOutcome(StepStatus.Done, $"not drained: {result.Executing} running, {result.Waiting + result.Held} left");
            case DrainTimeoutPolicy.Kill:
                run.Journal.Warn($"{what}{List(result)} Killing, as asked for.", step);
                foreach (var consumer in queue.ConsumedBy)
                {
                    run.KillAtOnce[consumer] = true;
                }

                return new StepOutcome(StepStatus.Done, $"not drained: {result.Executing} running are killed");
            default:
                return result.Verdict == DrainVerdict.WorkerDied
                    ? StepOutcome.Failed(Error(result), $"{what}{List(result)}", "a worker died")
                    : StepOutcome.TimedOut(Error(result), $"{what}{List(result)} Give it more time, or see what its tasks wait for.", $"{result.Executing} running, {result.Held} held, {result.Waiting} waiting");
        }
    }

    private static OpsError Error(DrainResult result) => result.Verdict switch
    {
        DrainVerdict.Unreachable => OpsError.ConnectionFailed,
        DrainVerdict.NoWorkers => OpsError.NoWorkers,
        DrainVerdict.NoReply => OpsError.NoReply,
        DrainVerdict.WorkerDied => OpsError.ServiceFailed,
        _ => OpsError.DrainTimeout,
    };

    private static string Words(DrainResult result) => result.Verdict switch
    {
        DrainVerdict.Unreachable => "its broker can't be reached.",
        DrainVerdict.NoWorkers => FormattableString.Invariant($"no worker consumes it, and {result.Waiting} tasks wait."),
        DrainVerdict.NoReply => "its workers are connected and do not answer.",
        DrainVerdict.WorkerDied => $"{result.Evidence[0]}. What it ran is lost, unless its queue gives it out again; look for orphaned tasks.",
        _ => FormattableString.Invariant($"{result.Executing} tasks run, {result.Held} are held by workers, {result.Waiting} wait."),
    } + Why(result);

    /// <summary>Where no task runs, what was seen says why it is not drained all the same.</summary>
    private static string Why(DrainResult result)
        => result.Verdict == DrainVerdict.WorkerDied || result.Executing > 0 || result.Evidence.Count == 0 ? "" : $" Seen: {string.Join("; ", result.Evidence.Take(4))}.";

    private static string List(DrainResult result)
    {
        var running = result.Remaining.Where(static t => t.State == WorkerTaskState.Active).Take(10)
            .Select(static t => $"    {t.Name} {t.Id} on {t.Worker}{(t.Age is { } age ? $" for {Duration.Format(age)}" : "")}").ToList();
        return running.Count == 0 ? "" : $"\n  {(result.Verdict == DrainVerdict.WorkerDied ? "It ran" : "Still running")}:\n" + string.Join('\n', running) + "\n ";
    }

    private static string Note(DrainResult result)
    {
        var finished = result.Finished is { } count ? FormattableString.Invariant($"{count} tasks finished, ") : "";
        return $"{finished}proof {result.Confidence.ToString().ToLowerInvariant()}";
    }

    private static void Tell(DrainProgress progress, DrainProgress? first, RunState run, PlanStep step)
    {
        var all = first is null ? 0 : first.Waiting + first.Held + first.Executing;
        double? part = all == 0 ? null : 1 - ((double)(progress.Waiting + progress.Held + progress.Executing) / all);
        var rate = progress.Rate is > 0 ? FormattableString.Invariant($", {progress.Rate:0.#}/s") : "";
        var eta = progress.Eta is { } left ? $", about {Duration.Format(left)} left" : "";
        run.Journal.Progress($"{progress.Message}{rate}{eta}", step, part);
    }
}
