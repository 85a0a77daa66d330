using OpsRestart.Core.Queues;

namespace OpsRestart.Core.Execution;

/// <summary>
/// Suspends the workers of a queue. The suspension is held as a lease until the resume step, or until the run ends in whatever way.
/// </summary>
internal sealed class SuspendAction : IStepAction
{
    /// <summary>A broker that accepts and then says nothing must not hold up the run for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Where workers are stopped whether they are suspended or not.</summary>
    private static readonly TimeSpan BeforeStop = TimeSpan.FromSeconds(2);

    /// <summary>For tasks that are about to end where nobody waits for those that run.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>For what has been cancelled to come back with what it has.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    public async Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken)
    {
        var queue = run.Queue(step.Target);
        if (DrainAction.NoConsumerRan(queue, step, run))
        {
            return new StepOutcome(StepStatus.NotNeeded, "no consumer was running");
        }

        var outcome = queue.Suspend
            ? Held(await SuspendAsync(step, queue, run, cancellationToken).ConfigureAwait(false), queue, run)
            : await TryAsync(step, queue, run, cancellationToken).ConfigureAwait(false);
        if (run.Leases.ContainsKey(queue.Name) && (queue.SuspendBeforeStop || queue.Drain == DrainLevel.None))
        {
            await LetEndAsync(step, queue, run, cancellationToken).ConfigureAwait(false);
        }

        return outcome;
    }

    private static StepOutcome Held(IQueueLease lease, GraphQueue queue, RunState run)
    {
        run.Leases[queue.Name] = new HeldLease(lease);
        if (lease.Suspension.Foreign)
        {
            run.ForeignSuspensions[queue.Name] = true;
        }

        return new StepOutcome(StepStatus.Done, lease.Suspension.Foreign ? "already suspended by someone else; left to them" : "");
    }

    private static async Task<IQueueLease> SuspendAsync(PlanStep step, GraphQueue queue, RunState run, CancellationToken cancellationToken)
    {
        var system = await run.Ports.Queues.OpenAsync(queue, cancellationToken).ConfigureAwait(false);
        await using (system.ConfigureAwait(false))
        {
            // The run's own token does not end it: half a suspension is worse than one that is undone a moment later.
            using var patience = new CancellationTokenSource(Patience, run.Time);
            try
            {
                var request = await RequestAsync(step, queue, system, run, patience.Token).ConfigureAwait(false);
                return await system.SuspendAsync(request, patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                throw new OpsRestartException(
                    OpsError.NoReply,
                    $"Queue '{queue.Name}' could not be suspended: no answer within {Duration.Format(Patience)}.",
                    queue.Name,
                    "See whether its broker answers, and resume the queue if a suspension was left."
                );
            }
        }
    }

    /// <summary>The workers are stopped in any case: a suspension is tried for a moment, and what hinders it is no failure.</summary>
    private static async Task<StepOutcome> TryAsync(PlanStep step, GraphQueue queue, RunState run, CancellationToken cancellationToken)
    {
        var suspending = SuspendPartAsync(step, queue, run, cancellationToken);
        await Task.WhenAny(suspending, Task.Delay(BeforeStop + Grace, run.Time, CancellationToken.None)).ConfigureAwait(false);
        if (!suspending.IsCompleted)
        {
            _ = GiveBackAsync(suspending);
            return NotSuspended();
        }

        try
        {
            var (lease, isWhole) = await suspending.ConfigureAwait(false);
            var held = Held(lease, queue, run);
            return isWhole ? held : NotSuspended($"not all of them answered within {Duration.Format(BeforeStop)}");
        }
        catch (OpsRestartException e) when (e.Error == OpsError.InvalidArgument)
        {
            return new StepOutcome(StepStatus.NotNeeded, "can't be suspended");
        }
#pragma warning disable CA1031 // It is told, and the workers are stopped all the same.
        catch (Exception e)
#pragma warning restore CA1031
        {
            cancellationToken.ThrowIfCancellationRequested();
            return NotSuspended(e is OperationCanceledException ? null : SecretText.Redact(e.Message));
        }

        StepOutcome NotSuspended(string? why = null)
        {
            why ??= $"no answer within {Duration.Format(BeforeStop)}";
            run.DoubtfulSuspensions[queue.Name] = true;
            run.Journal.Warn(
                $"Queue '{queue.Name}' could not be suspended before its workers stop: {why.TrimEnd('.')}. "
                    + "What a worker takes in the moment of its stop may be lost.",
                step
            );
            return new StepOutcome(StepStatus.Done, "not suspended");
        }
    }

    private static async Task<(IQueueLease Lease, bool IsWhole)> SuspendPartAsync(
        PlanStep step,
        GraphQueue queue,
        RunState run,
        CancellationToken cancellationToken
    )
    {
        using var patience = new CancellationTokenSource(BeforeStop, run.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var system = await run.Ports.Queues.OpenAsync(queue, limit.Token).ConfigureAwait(false);
        await using (system.ConfigureAwait(false))
        {
            var request = await RequestAsync(step, queue, system, run, limit.Token).ConfigureAwait(false);
            var lease = await system.SuspendAsync(request with { KeepPart = true }, limit.Token).ConfigureAwait(false);
            return (lease, !limit.IsCancellationRequested);
        }
    }

    /// <summary>
    /// A worker that is told to stop just when a task ends may never get to acknowledge it: it runs again, and the worker hangs in its
    /// stop, for half a minute. So what ends in a moment is let end.
    /// </summary>
    private static async Task LetEndAsync(PlanStep step, GraphQueue queue, RunState run, CancellationToken cancellationToken)
    {
        using var moment = new CancellationTokenSource(Moment, run.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(moment.Token, cancellationToken);
        var query = new WorkerTaskQuery { Queues = queue.Queues, States = [WorkerTaskState.Active, WorkerTaskState.Reserved] };
        try
        {
            var system = await run.Ports.Queues.OpenAsync(queue, limit.Token).ConfigureAwait(false);
            await using (system.ConfigureAwait(false))
            {
                while (await IsBusyAsync(step, system, query, run, limit.Token).ConfigureAwait(false))
                {
                    await Task.Delay(Look, run.Time, limit.Token).ConfigureAwait(false);
                }
            }
        }
#pragma warning disable CA1031 // They are stopped as they are. Not even a defect may hinder a run that is there for workers that hang.
        catch (Exception)
#pragma warning restore CA1031
        { }
    }

    private static async Task<bool> IsBusyAsync(
        PlanStep step,
        IWorkQueueSystem system,
        WorkerTaskQuery query,
        RunState run,
        CancellationToken cancellationToken
    )
    {
        if (step.Nodes.Count == 0)
        {
            return (await system.GetTasksAsync(query, cancellationToken).ConfigureAwait(false)).Count > 0;
        }

        var own = await NodeWorkers
            .FindAsync(system, step.Nodes.Select(run.Node), run.Ports.Services, cancellationToken)
            .ConfigureAwait(false);
        return own.Any(static w => w.Active + w.Reserved > 0);
    }

    /// <summary>What the run does not wait for any more holds nothing when it comes.</summary>
    private static async Task GiveBackAsync(Task<(IQueueLease Lease, bool IsWhole)> late)
    {
        try
        {
            var (lease, _) = await late.ConfigureAwait(false);
            await using (lease.ConfigureAwait(false))
            {
                await lease.ResumeAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // Nobody is there any more to be told.
        catch (Exception)
#pragma warning restore CA1031
        { }
    }

    /// <summary>Of a part of the consumers only their own workers, where the system can suspend them by name.</summary>
    private static async Task<SuspendRequest> RequestAsync(
        PlanStep step,
        GraphQueue queue,
        IWorkQueueSystem system,
        RunState run,
        CancellationToken cancellationToken
    )
    {
        if (step.Nodes.Count == 0 || system.System != "celery")
        {
            return new SuspendRequest { Queues = queue.Queues, Workers = queue.Workers };
        }

        var own = await NodeWorkers
            .FindAsync(system, step.Nodes.Select(run.Node), run.Ports.Services, cancellationToken)
            .ConfigureAwait(false);
        return own.Count > 0
            ? new SuspendRequest { Queues = queue.Queues, Workers = [.. own.Select(static w => w.Name)] }
            : throw new OpsRestartException(
                OpsError.NoWorkers,
                $"Which workers of queue '{queue.Name}' are those of {string.Join(", ", step.Nodes)} is not known: none that answers runs "
                    + "in their services.",
                queue.Name,
                "See whether they consume this queue and answer."
            );
    }
}
