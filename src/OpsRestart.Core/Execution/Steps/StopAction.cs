using OpsRestart.Core.Abstractions;

namespace OpsRestart.Core.Execution;

/// <summary>
/// Stops a service. Stopped means: the job is done, the unit is inactive and its control group is empty. What does not go is killed by control group, and reported.
/// </summary>
internal sealed class StopAction : IStepAction
{
    private const int SigKill = 9;

    /// <summary>Beyond the manager's own TERM-to-KILL time, so that its KILL comes first and ours is the last resort.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ManagersDefault = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan AfterKill = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Emptying = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public async Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken)
    {
        var node = run.Node(step.Target);
        run.Up.TryRemove(node.Name, out _);
        var manager = await run.ManagerAsync(node, cancellationToken).ConfigureAwait(false);
        var before = await run.ReadAsync(node, cancellationToken).ConfigureAwait(false);
        var begun = run.Begun.TryRemove(node.Name, out var stop) ? stop : null;
        if (begun is null && before.State is ServiceState.Stopped or ServiceState.Failed or ServiceState.NotFound or ServiceState.Masked)
        {
            return await NotRunningAsync(manager, node, before, run, step, cancellationToken).ConfigureAwait(false);
        }

        run.Stopped[node.Name] = true;
        var tasks = begun?.Tasks ?? await UnfinishedTasks.FindAsync(node, manager, run, cancellationToken).ConfigureAwait(false);
        var atOnce = run.KillAtOnce.ContainsKey(node.Name);
        var limit = atOnce ? TimeSpan.Zero : step.Timeout ?? ManagersTimeout(before);
        var stopping = begun?.Job ?? manager.StopAsync(node.Service, cancellationToken);
        var killed = "";
        if (!await EndsWithinAsync(stopping, limit, run.Time, cancellationToken).ConfigureAwait(false))
        {
            killed = await KillAsync(manager, node, atOnce ? "at once" : $"after {Duration.Format(limit)}", tasks, run, step, cancellationToken).ConfigureAwait(false);
            if (!await EndsWithinAsync(stopping, AfterKill, run.Time, cancellationToken).ConfigureAwait(false))
            {
                return StepOutcome.TimedOut(OpsError.StopTimeout, $"{node.Service} is still stopping {Duration.Format(AfterKill)} after KILL. Look at 'systemctl status {node.Service}': a process may hang in the kernel (state D).");
            }
        }

        var job = await stopping.ConfigureAwait(false);
        if (!job.Succeeded)
        {
            return StepOutcome.Failed(OpsError.JobFailed, $"The stop job of {node.Service} ended with '{job.Raw}'.{await UnitLog.TailAsync(run, node, cancellationToken).ConfigureAwait(false)}");
        }

        return await VerifyAsync(manager, node, killed, tasks, run, step, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>With KillMode=process or none a unit is down while children of it run on, beside what the start will bring.</summary>
    private static async Task<StepOutcome> NotRunningAsync(IServiceManager manager, ServiceNode node, ManagedService before, RunState run, PlanStep step, CancellationToken cancellationToken)
    {
        var exists = before.State is ServiceState.Stopped or ServiceState.Failed;
        if (exists && (await manager.GetProcessesAsync(node.Service, cancellationToken).ConfigureAwait(false)).Count > 0)
        {
            return await VerifyAsync(manager, node, "", [], run, step, cancellationToken).ConfigureAwait(false);
        }

        return new StepOutcome(StepStatus.NotNeeded, before.State == ServiceState.Failed ? "had failed" : "was not running");
    }

    private static async Task<StepOutcome> VerifyAsync(IServiceManager manager, ServiceNode node, string killed, IReadOnlyList<WorkerTask> tasks, RunState run, PlanStep step, CancellationToken cancellationToken)
    {
        if ((await LeftAsync(manager, node, Emptying, run.Time, cancellationToken).ConfigureAwait(false)).Count > 0)
        {
            killed = await KillAsync(manager, node, "left over after the stop", tasks, run, step, cancellationToken).ConfigureAwait(false);
            var left = await LeftAsync(manager, node, AfterKill, run.Time, cancellationToken).ConfigureAwait(false);
            if (left.Count > 0)
            {
                return StepOutcome.TimedOut(OpsError.StopTimeout, $"{node.Service} has stopped, and of its processes {string.Join(", ", left.Select(static p => p.Pid))} are still there {Duration.Format(AfterKill)} after KILL. See 'systemctl status {node.Service}': a process may hang in the kernel (state D).");
            }
        }

        var after = await run.ReadAsync(node, cancellationToken).ConfigureAwait(false);
        if (after.State is not (ServiceState.Stopped or ServiceState.Failed or ServiceState.NotFound or ServiceState.Masked))
        {
            return StepOutcome.Failed(OpsError.ServiceFailed, UnitWatch.StartedAgain(node, after));
        }

        if (after.Result == "timeout" && killed.Length == 0)
        {
            killed = "killed by its manager after its own stop timeout";
            run.Killed[node.Name] = tasks;
            run.Journal.Warn($"{node.Service} did not end by itself: {killed}.{UnfinishedTasks.Describe(tasks)}", step);
        }

        if (killed.Length > 0)
        {
            return new StepOutcome(StepStatus.Killed, killed);
        }

        return new StepOutcome(StepStatus.Done, after.State == ServiceState.Failed ? $"ended with {after.Result}" : "");
    }

    /// <summary>The processes that are still there when the time is up; none as soon as there are none.</summary>
    private static async Task<IReadOnlyList<ServiceProcess>> LeftAsync(IServiceManager manager, ServiceNode node, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var left = await manager.GetProcessesAsync(node.Service, cancellationToken).ConfigureAwait(false);
            if (left.Count == 0 || time.GetElapsedTime(began) >= limit)
            {
                return left;
            }

            await Task.Delay(Look, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<string> KillAsync(IServiceManager manager, ServiceNode node, string when, IReadOnlyList<WorkerTask> tasks, RunState run, PlanStep step, CancellationToken cancellationToken)
    {
        var victims = await manager.GetProcessesAsync(node.Service, cancellationToken).ConfigureAwait(false);
        await manager.KillAsync(node.Service, SigKill, cancellationToken).ConfigureAwait(false);
        var what = victims.Count == 1 ? $"killed pid {victims[0].Pid} {when}" : $"killed {victims.Count} processes {when}";
        run.Killed[node.Name] = tasks;
        run.Journal.Warn($"{node.Service}: {what}.{UnfinishedTasks.Describe(tasks)}", step);
        return what;
    }

    private static async Task<bool> EndsWithinAsync(Task job, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (limit == Timeout.InfiniteTimeSpan)
        {
            await job.ConfigureAwait(false);
            return true;
        }

        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(job, Task.Delay(limit, time, giveUp.Token)).ConfigureAwait(false);
        await giveUp.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return first == job;
    }

    private static TimeSpan ManagersTimeout(ManagedService service) => service.StopTimeout switch
    {
        { } own when own == Timeout.InfiniteTimeSpan => own,
        { } own => own + Margin,
        null => ManagersDefault + Margin,
    };
}
