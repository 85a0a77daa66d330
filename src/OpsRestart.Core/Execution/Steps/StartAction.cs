using OpsRestart.Core.Probes;

namespace OpsRestart.Core.Execution;

/// <summary>
/// Starts a service, or restarts it in one go, and waits for the job. For a node without probes it also sees that the process survives its
/// first moments.
/// </summary>
internal sealed class StartAction : IStepAction
{
    /// <summary>A missing executable or a bad option kills a simple service some milliseconds after its job is "done".</summary>
    private static readonly TimeSpan FirstMoments = TimeSpan.FromMilliseconds(250);

    public async Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken)
    {
        var node = run.Node(step.Target);
        if (run.LeaveStopped(node.Name))
        {
            return await LeaveStoppedAsync(node, run, cancellationToken).ConfigureAwait(false);
        }

        var manager = await run.ManagerAsync(node, cancellationToken).ConfigureAwait(false);
        var before = await run.ReadAsync(node, cancellationToken).ConfigureAwait(false);
        run.Started[node.Name] = new ProbeContext { Node = node };
        var isRestart = step.Kind == StepKind.Restart && before.State is not (ServiceState.Stopped or ServiceState.Failed);
        if (before.State is ServiceState.Running or ServiceState.Exited && !isRestart)
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

        if (isRestart)
        {
            run.Stopped[node.Name] = true;
        }

        await LeaseRelease.AdmitAsync(node, run, cancellationToken).ConfigureAwait(false);
        using var deadline = new CancellationTokenSource(step.Timeout ?? node.StartTimeout, run.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var doing = isRestart ? manager.RestartAsync(node.Service, linked.Token) : manager.StartAsync(node.Service, linked.Token);
            var job = await doing.ConfigureAwait(false);
            if (job.Succeeded)
            {
                return await FirstMomentsAsync(manager, before, node, run, cancellationToken).ConfigureAwait(false);
            }

            var now = await run.ReadAsync(node, cancellationToken).ConfigureAwait(false);
            var why =
                string.IsNullOrEmpty(now.Result) || now.Result == "success" ? ""
                : now.ExitStatus is > 0 ? $" ({now.Result}, status {now.ExitStatus})"
                : $" ({now.Result})";
            var message = $"{node.Service} did not start: its job ended with '{job.Raw}'{why}.";
            return await UnitLog.FailedAsync(run, node, OpsError.ServiceFailed, message, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return StepOutcome.TimedOut(
                OpsError.StartTimeout,
                $"{node.Service} was still starting after {Duration.Format(step.Timeout ?? node.StartTimeout)}."
                    + await UnitLog.TailAsync(run, node, cancellationToken).ConfigureAwait(false)
            );
        }
    }

    /// <summary>supervisord, started again by this run, has started what was stopped by hand too (autostart).</summary>
    private static async Task<StepOutcome> LeaveStoppedAsync(ServiceNode node, RunState run, CancellationToken cancellationToken)
    {
        const string AsBefore = "was not running before";
        if (
            node.Manager != ServiceManagerKind.Supervisor
            || !Recorder.IsUp((await run.Services.LookAsync(node, cancellationToken).ConfigureAwait(false)).State)
        )
        {
            return new StepOutcome(StepStatus.NotNeeded, AsBefore);
        }

        var manager = await run.ManagerAsync(node, cancellationToken).ConfigureAwait(false);
        var job = await manager.StopAsync(node.Service, cancellationToken).ConfigureAwait(false);
        return job.Succeeded
            ? new StepOutcome(StepStatus.Done, $"{AsBefore}: its manager had started it, and it was stopped again")
            : StepOutcome.Failed(OpsError.JobFailed, $"{node.Service} {AsBefore}, and could not be stopped again ({job.Raw}).");
    }

    private static async Task<StepOutcome> FirstMomentsAsync(
        IServiceManager manager,
        ManagedService before,
        ServiceNode node,
        RunState run,
        CancellationToken cancellationToken
    )
    {
        var now = await run.ReadAsync(node, cancellationToken).ConfigureAwait(false);
        if (StartedService.IsSpent(now))
        {
            return new StepOutcome(StepStatus.Done);
        }

        // A start by hand counts restarts from 0 again, so one that is counted already came after it.
        var first = before.State is ServiceState.Stopped or ServiceState.Failed
            ? now with
            {
                Restarts = now.Restarts is null ? null : 0,
            }
            : now;
        run.Up[node.Name] = new StartedService(first, run.Time.GetTimestamp(), ByThisRun: true);
        var trouble = UnitWatch.Trouble(first, now);
        if (trouble is null && node.Ready.Count == 0 && node.StableFor is null or { Ticks: 0 } && !SaysWhenItIsUp(now))
        {
            trouble = await UnitWatch.WatchAsync(manager, node, FirstMoments, run.Time, cancellationToken).ConfigureAwait(false);
        }

        return trouble is null
            ? new StepOutcome(StepStatus.Done)
            : await UnitLog
                .FailedAsync(run, node, OpsError.ServiceFailed, $"{node.Service} {trouble} right after its start.", cancellationToken)
                .ConfigureAwait(false);
    }

    /// <summary>Of these types of unit systemd ends the start job only when the service itself has said, or shown, that it is up.</summary>
    private static bool SaysWhenItIsUp(ManagedService service) =>
        service.Type is "notify" or "notify-reload" or "dbus" or "forking" or "oneshot";
}
