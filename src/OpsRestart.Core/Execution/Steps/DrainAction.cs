using OpsRestart.Core.Queues;

namespace OpsRestart.Core.Execution;

/// <summary>Waits until a queue is drained, and does what its policy says when it is not in time.</summary>
internal sealed class DrainAction : IStepAction
{
    public static bool NoConsumerRan(GraphQueue queue, RunState run) => NoneRan(queue.ConsumedBy, run);

    private static bool NoneRan(IReadOnlyList<string> consumers, RunState run) =>
        consumers.All(n => run.Prior.TryGetValue(n, out var prior) && !prior.WasRunning);

    public static bool NoConsumerRan(GraphQueue queue, PlanStep step, RunState run) =>
        NoneRan(step.Nodes.Count > 0 ? step.Nodes : queue.ConsumedBy, run);

    public async Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken)
    {
        var queue = run.Queue(step.Target);
        if (NoConsumerRan(queue, step, run))
        {
            return new StepOutcome(StepStatus.NotNeeded, "no consumer was running");
        }

        if (step.Nodes.Count > 0)
        {
            return await new WorkerDrain(step, queue, run).RunAsync(cancellationToken).ConfigureAwait(false);
        }

        var system = await run.Ports.Queues.OpenAsync(queue, cancellationToken).ConfigureAwait(false);
        await using (system.ConfigureAwait(false))
        {
            var request = new DrainRequest
            {
                Level = queue.Drain,
                Queues = queue.Queues,
                ExpectedWorkers = queue.Workers,
            };
            var result = await WaitAsync(system, queue, request, run, step, cancellationToken).ConfigureAwait(false);
            run.Drains[queue.Name] = result;
            if (DrainWords.Warning(result) is { } warning)
            {
                run.Journal.Warn($"Queue '{queue.Name}': {warning}", step);
            }

            return result.IsDrained ? new StepOutcome(StepStatus.Drained, DrainWords.Proof(result)) : NotDrained(queue, result, run, step);
        }
    }

    /// <summary>
    /// Waits for the drain, and for the death of a worker: with the policy abort that is the end of it, otherwise the others are waited
    /// for.
    /// </summary>
    private static async Task<DrainResult> WaitAsync(
        IWorkQueueSystem system,
        GraphQueue queue,
        DrainRequest request,
        RunState run,
        PlanStep step,
        CancellationToken cancellationToken
    )
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
            return await watch.FindTroubleAsync(cancellationToken).ConfigureAwait(false) is { } trouble
                ? WorkerDied(result, trouble, watch.Running)
                : result;
        }

        void See(DrainProgress progress)
        {
            first ??= progress.Verdict is DrainVerdict.Busy or DrainVerdict.Drained or DrainVerdict.NoWorkers ? progress : null;
            last = progress;
            Tell(progress, first, run, step);
        }
    }

    private static DrainResult Ended(
        DrainProgress? first,
        DrainProgress last,
        IWorkQueueSystem system,
        DrainRequest request,
        RunState run
    ) =>
        new()
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

    private static DrainResult WorkerDied(DrainResult result, string trouble, IReadOnlyList<WorkerTask> running) =>
        result with
        {
            Verdict = DrainVerdict.WorkerDied,
            Confidence = DrainConfidence.None,
            Evidence = [$"{trouble} in the middle of the drain", .. result.Evidence],
            Remaining = running,
        };

    private static StepOutcome NotDrained(GraphQueue queue, DrainResult result, RunState run, PlanStep step)
    {
        switch (queue.OnTimeout)
        {
            case DrainTimeoutPolicy.Continue:
                Warn("Going on, as asked for: each worker gets its warm shutdown.");
                return new StepOutcome(StepStatus.Done, $"not drained: {result.Executing} running, {result.Waiting + result.Held} left");
            case DrainTimeoutPolicy.Kill:
                Warn("Killing, as asked for.");
                foreach (var consumer in queue.ConsumedBy)
                {
                    run.KillAtOnce[consumer] = true;
                }

                return new StepOutcome(StepStatus.Done, $"not drained: {result.Executing} running are killed");
            default:
                var failure = DrainWords.Failure(result);
                var message = $"{DrainWords.NotDrained(result)} {failure.Advice}{DrainWords.Left(result)}";
                return result.Verdict == DrainVerdict.WorkerDied
                    ? StepOutcome.Failed(failure.Error, message, "a worker died")
                    : StepOutcome.TimedOut(
                        failure.Error,
                        message,
                        $"{result.Executing} running, {result.Held} held, {result.Waiting} waiting"
                    );
        }

        void Warn(string what) => run.Journal.Warn($"{DrainWords.NotDrained(result)} {what}{DrainWords.Left(result)}", step);
    }

    private static void Tell(DrainProgress progress, DrainProgress? first, RunState run, PlanStep step)
    {
        var all = first is null ? 0 : first.Waiting + first.Held + first.Executing;
        double? part = all == 0 ? null : 1 - ((double)(progress.Waiting + progress.Held + progress.Executing) / all);
        run.Journal.Progress(DrainWords.Of(progress), step, part);
    }
}
