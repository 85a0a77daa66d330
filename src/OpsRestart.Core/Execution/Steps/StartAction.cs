using OpsRestart.Core.Abstractions;

namespace OpsRestart.Core.Execution;

/// <summary>Starts a service and waits for the job. For a node without probes it also sees that the process survives its first moments.</summary>
internal sealed class StartAction : IStepAction
{
    /// <summary>A missing executable or a bad option kills a simple service some milliseconds after its job is "done".</summary>
    private static readonly TimeSpan FirstMoments = TimeSpan.FromMilliseconds(250);

    public async Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken)
    {
        var node = run.Node(step.Target);
        if (run.LeaveStopped(node.Name))
        {
            return new StepOutcome(StepStatus.NotNeeded, "was not running before");
        }

        var manager = await run.ManagerAsync(node, cancellationToken).ConfigureAwait(false);
        var before = await run.ReadAsync(node, cancellationToken).ConfigureAwait(false);
        run.Started[node.Name] = new ProbeContext { Node = node };
        if (before.State is ServiceState.Running or ServiceState.Exited)
        {
            run.Up[node.Name] = new StartedService(before, run.Time.GetTimestamp(), ByThisRun: false);
            return new StepOutcome(StepStatus.NotNeeded, "already running");
        }

        run.Started[node.Name] = new ProbeContext
        {
            Node = node,
            LogCursor = await UnitLog.CursorAsync(run, node, cancellationToken).ConfigureAwait(false),
            StartedAt = run.Time.GetUtcNow().UtcDateTime,
        };
        if (before.State is ServiceState.Failed or ServiceState.Flapping)
        {
            // The start limit of an earlier crash loop would refuse this start.
            await manager.ResetFailedAsync(node.Service, cancellationToken).ConfigureAwait(false);
        }

        await LeaseRelease.AdmitAsync(node, run, cancellationToken).ConfigureAwait(false);
        using var deadline = new CancellationTokenSource(step.Timeout ?? node.StartTimeout, run.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var job = await manager.StartAsync(node.Service, linked.Token).ConfigureAwait(false);
            return job.Succeeded
                ? await FirstMomentsAsync(manager, before, node, run, cancellationToken).ConfigureAwait(false)
                : StepOutcome.Failed(OpsError.ServiceFailed, $"{node.Service} did not start: its job ended with '{job.Raw}'{await WhyAsync(run, node, cancellationToken).ConfigureAwait(false)}");
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return StepOutcome.TimedOut(OpsError.StartTimeout, $"{node.Service} was still starting after {Duration.Format(step.Timeout ?? node.StartTimeout)}.{await UnitLog.TailAsync(run, node, cancellationToken).ConfigureAwait(false)}");
        }
    }

    private static async Task<StepOutcome> FirstMomentsAsync(IServiceManager manager, ManagedService before, ServiceNode node, RunState run, CancellationToken cancellationToken)
    {
        var now = await run.ReadAsync(node, cancellationToken).ConfigureAwait(false);
        if (StartedService.IsSpent(now))
        {
            return new StepOutcome(StepStatus.Done);
        }

        // A start by hand counts restarts from 0 again, so one that is counted already came after it.
        var first = before.State is ServiceState.Stopped or ServiceState.Failed ? now with { Restarts = now.Restarts is null ? null : 0 } : now;
        run.Up[node.Name] = new StartedService(first, run.Time.GetTimestamp(), ByThisRun: true);
        var trouble = UnitWatch.Trouble(first, now);
        if (trouble is null && node.Ready.Count == 0 && node.StableFor is null or { Ticks: 0 } && !SaysWhenItIsUp(now))
        {
            trouble = await UnitWatch.WatchAsync(manager, node, FirstMoments, run.Time, cancellationToken).ConfigureAwait(false);
        }

        return trouble is null
            ? new StepOutcome(StepStatus.Done)
            : StepOutcome.Failed(OpsError.ServiceFailed, $"{node.Service} {trouble} right after its start.{await UnitLog.TailAsync(run, node, cancellationToken).ConfigureAwait(false)}");
    }

    /// <summary>Of these types of unit systemd ends the start job only when the service itself has said, or shown, that it is up.</summary>
    private static bool SaysWhenItIsUp(ManagedService service) => service.Type is "notify" or "notify-reload" or "dbus" or "forking" or "oneshot";

    private static async Task<string> WhyAsync(RunState run, ServiceNode node, CancellationToken cancellationToken)
    {
        var now = await run.ReadAsync(node, cancellationToken).ConfigureAwait(false);
        var result = string.IsNullOrEmpty(now.Result) || now.Result == "success" ? "" : $" ({now.Result}{(now.ExitStatus is > 0 ? $", status {now.ExitStatus}" : "")})";
        return $"{result}.{await UnitLog.TailAsync(run, node, cancellationToken).ConfigureAwait(false)}";
    }
}
