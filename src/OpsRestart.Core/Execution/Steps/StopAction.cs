namespace OpsRestart.Core.Execution;

/// <summary>
/// Stops a service. Stopped means: the job is done, the unit is inactive and its control group is empty. What does not go is killed by
/// control group, and reported.
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
        if (await IsManagerAwayAsync(node, run, cancellationToken).ConfigureAwait(false))
        {
            return new StepOutcome(StepStatus.NotNeeded, "its manager did not run");
        }

        var manager = await run.ManagerAsync(node, cancellationToken).ConfigureAwait(false);
        return await new Stop(step, run, node, manager, cancellationToken).RunAsync().ConfigureAwait(false);
    }

    /// <summary>It did not run before and does not now: a supervisord that the graph starts itself.</summary>
    private static async Task<bool> IsManagerAwayAsync(ServiceNode node, RunState run, CancellationToken cancellationToken) =>
        run.Prior.TryGetValue(node.Name, out var prior)
        && ServiceLooks.IsManagerAway(prior.Service)
        && ServiceLooks.IsManagerAway(await run.Services.LookAsync(node, cancellationToken).ConfigureAwait(false));

    private sealed class Stop(PlanStep step, RunState run, ServiceNode node, IServiceManager manager, CancellationToken cancellationToken)
    {
        public async Task<StepOutcome> RunAsync()
        {
            var before = await run.ReadAsync(node, cancellationToken).ConfigureAwait(false);
            var begun = run.Begun.TryRemove(node.Name, out var stop) ? stop : null;
            if (
                begun is null
                && before.State is ServiceState.Stopped or ServiceState.Failed or ServiceState.NotFound or ServiceState.Masked
            )
            {
                return await NotRunningAsync(before).ConfigureAwait(false);
            }

            run.Stopped[node.Name] = true;
            var tasks = begun?.Tasks ?? await UnfinishedTasks.FindAsync(node, manager, run, cancellationToken).ConfigureAwait(false);
            var atOnce = run.KillAtOnce.ContainsKey(node.Name);
            var limit = atOnce ? TimeSpan.Zero : step.Timeout ?? ManagersTimeout(before);
            var stopping = begun?.Job ?? manager.StopAsync(node.Service, cancellationToken);
            var killed = "";
            if (!await EndsWithinAsync(stopping, limit).ConfigureAwait(false))
            {
                killed = await KillAsync(atOnce ? "at once" : $"after {Duration.Format(limit)}", tasks).ConfigureAwait(false);
                if (!await EndsWithinAsync(stopping, AfterKill).ConfigureAwait(false))
                {
                    return StepOutcome.TimedOut(
                        OpsError.StopTimeout,
                        $"{node.Service} is still stopping {Duration.Format(AfterKill)} after KILL: a process may hang in "
                            + "the kernel (state D)."
                    );
                }
            }

            var job = await stopping.ConfigureAwait(false);
            if (!job.Succeeded)
            {
                return await UnitLog
                    .FailedAsync(
                        run,
                        node,
                        OpsError.JobFailed,
                        $"The stop job of {node.Service} ended with '{job.Raw}'.",
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }

            return await VerifyAsync(killed, tasks).ConfigureAwait(false);
        }

        /// <summary>With KillMode=process or none a unit is down while children of it run on, beside what the start will bring.</summary>
        private async Task<StepOutcome> NotRunningAsync(ManagedService before)
        {
            var exists = before.State is ServiceState.Stopped or ServiceState.Failed;
            if (exists && (await manager.GetProcessesAsync(node.Service, cancellationToken).ConfigureAwait(false)).Count > 0)
            {
                return await VerifyAsync("", []).ConfigureAwait(false);
            }

            return new StepOutcome(StepStatus.NotNeeded, before.State == ServiceState.Failed ? "had failed" : "was not running");
        }

        private async Task<StepOutcome> VerifyAsync(string killed, IReadOnlyList<WorkerTask> tasks)
        {
            if ((await LeftAsync(Emptying).ConfigureAwait(false)).Count > 0)
            {
                killed = await KillAsync("left over after the stop", tasks).ConfigureAwait(false);
                var left = await LeftAsync(AfterKill).ConfigureAwait(false);
                if (left.Count > 0)
                {
                    return StepOutcome.TimedOut(
                        OpsError.StopTimeout,
                        $"{node.Service} has stopped, and of its processes {string.Join(", ", left.Select(static p => p.Pid))} are still "
                            + $"there {Duration.Format(AfterKill)} after KILL: they may hang in the kernel (state D)."
                    );
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
        private async Task<IReadOnlyList<ServiceProcess>> LeftAsync(TimeSpan limit)
        {
            var began = run.Time.GetTimestamp();
            while (true)
            {
                var left = await manager.GetProcessesAsync(node.Service, cancellationToken).ConfigureAwait(false);
                if (left.Count == 0 || run.Time.GetElapsedTime(began) >= limit)
                {
                    return left;
                }

                await Task.Delay(Look, run.Time, cancellationToken).ConfigureAwait(false);
            }
        }

        private async Task<string> KillAsync(string when, IReadOnlyList<WorkerTask> tasks)
        {
            var victims = await manager.GetProcessesAsync(node.Service, cancellationToken).ConfigureAwait(false);
            await manager.KillAsync(node.Service, SigKill, cancellationToken).ConfigureAwait(false);
            var what = victims.Count == 1 ? $"killed pid {victims[0].Pid} {when}" : $"killed {victims.Count} processes {when}";
            run.Killed[node.Name] = tasks;
            run.Journal.Warn($"{node.Service}: {what}.{UnfinishedTasks.Describe(tasks)}", step);
            return what;
        }

        private async Task<bool> EndsWithinAsync(Task job, TimeSpan limit)
        {
            if (limit == Timeout.InfiniteTimeSpan)
            {
                await job.ConfigureAwait(false);
                return true;
            }

            using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var first = await Task.WhenAny(job, Task.Delay(limit, run.Time, giveUp.Token)).ConfigureAwait(false);
            await giveUp.CancelAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return first == job;
        }

        private static TimeSpan ManagersTimeout(ManagedService service) =>
            service.StopTimeout switch
            {
                { } own when own == Timeout.InfiniteTimeSpan => own,
                { } own => own + Margin,
                null => ManagersDefault + Margin,
            };
    }
}
