namespace OpsRestart.Core.Execution;

/// <summary>
/// A stop without a wait. The manager's stop job comes first, so that nothing brings the service back; KILL to the whole control group
/// follows at once, and again while something of it is there. A datastore is told to stop and never killed.
/// </summary>
internal sealed class EmergencyAction : IStepAction
{
    /// <summary>From the beginning of the run: for datastores to stop in. What takes longer is told.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(9);

    private const int SigKill = 9;
    private static readonly TimeSpan KillFor = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>A service that is managed by a command has nothing to kill but that command.</summary>
    private static readonly TimeSpan CommandsTime = TimeSpan.FromSeconds(2);

    public async Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken)
    {
        var node = run.Node(step.Target);
        var before = await run.Services.LookAsync(node, cancellationToken).ConfigureAwait(false);
        if (ServiceLooks.IsManagerAway(before))
        {
            return new StepOutcome(StepStatus.NotNeeded, "its manager does not run");
        }

        var manager = await run.ManagerAsync(node, cancellationToken).ConfigureAwait(false);
        var processes = await manager.GetProcessesAsync(node.Service, cancellationToken).ConfigureAwait(false);
        if (processes.Count == 0 && before.State is not (ServiceState.Unknown or ServiceState.Stopping) && !Recorder.IsUp(before.State))
        {
            return new StepOutcome(StepStatus.NotNeeded, "was not running");
        }

        var held = run.Datastores.Where(d => processes.Any(p => d.Value.Contains(p.Pid))).Select(static d => d.Key).ToList();
        if (step.Kind == StepKind.Kill && held.Find(d => !run.Plan.Nodes.Contains(d)) is { } kept)
        {
            return StepOutcome.Failed(OpsError.StopTimeout, $"{node.Service} was left alone: {kept} runs in it, and is not to be stopped.");
        }

        if (run.Asked.TryGetValue(node.Name, out var asked))
        {
            await asked.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        run.Stopped[node.Name] = true;
        var stopping = StopAsync(node, manager, cancellationToken);
        return step.Kind == StepKind.Kill && held.Count == 0
            ? await KillAsync(stopping, node, manager, run, cancellationToken).ConfigureAwait(false)
            : await WaitAsync(stopping, node, run, step, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<ServiceJobResult?> StopAsync(ServiceNode node, IServiceManager manager, CancellationToken cancellationToken)
    {
        try
        {
            return await manager.StopAsync(node.Service, cancellationToken).ConfigureAwait(false);
        }
        catch (OpsRestartException e) when (e.Error is OpsError.ManagerUnavailable or OpsError.ConnectionFailed)
        {
            // The manager may have been killed in the same moment, and its programs with it: what is left of them is looked at.
            return null;
        }
    }

    private static async Task<StepOutcome> KillAsync(
        Task<ServiceJobResult?> stopping,
        ServiceNode node,
        IServiceManager manager,
        RunState run,
        CancellationToken cancellationToken
    )
    {
        var began = run.Time.GetTimestamp();
        var pause = FirstPause;
        var killed = new HashSet<int>();
        if (node.Manager == ServiceManagerKind.Command)
        {
            await EndsWithinAsync(stopping, CommandsTime, run, cancellationToken).ConfigureAwait(false);
        }

        do
        {
            if (stopping.IsFaulted)
            {
                await stopping.ConfigureAwait(false);
            }

            var victims = await TryAsync(() => manager.GetProcessesAsync(node.Service, cancellationToken), []).ConfigureAwait(false);
            if (victims.Count > 0)
            {
                await TryAsync(
                        async () =>
                        {
                            await manager.KillAsync(node.Service, SigKill, cancellationToken).ConfigureAwait(false);
                            return true;
                        },
                        false
                    )
                    .ConfigureAwait(false);
                killed.UnionWith(victims.Select(static p => p.Pid));
                run.KilledProcesses[node.Name] = [.. killed];
            }

            if (await IsGoneAsync(stopping, pause, node, manager, run, cancellationToken).ConfigureAwait(false))
            {
                return killed.Count == 0
                    ? new StepOutcome(StepStatus.Done)
                    : new StepOutcome(
                        StepStatus.Killed,
                        killed.Count == 1 ? $"killed pid {killed.First()}" : $"killed {killed.Count} processes"
                    );
            }

            pause *= 2;
        } while (run.Time.GetElapsedTime(began) < KillFor);

        return StepOutcome.TimedOut(
            OpsError.StopTimeout,
            $"{node.Service} is still there {Duration.Format(KillFor)} after KILL: a process may hang in the kernel (state D)."
        );
    }

    /// <summary>The job is done, nothing brings it back, and nothing of it is left.</summary>
    private static async Task<bool> IsGoneAsync(
        Task<ServiceJobResult?> stopping,
        TimeSpan within,
        ServiceNode node,
        IServiceManager manager,
        RunState run,
        CancellationToken cancellationToken
    )
    {
        var began = run.Time.GetTimestamp();
        if (!await EndsWithinAsync(stopping, within, run, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        while (true)
        {
            var left = await TryAsync(() => manager.GetProcessesAsync(node.Service, cancellationToken), []).ConfigureAwait(false);
            var now = await run.Services.LookAsync(node, cancellationToken).ConfigureAwait(false);
            if (left.Count == 0 && !Recorder.IsUp(now.State))
            {
                return true;
            }

            if (run.Time.GetElapsedTime(began) >= within)
            {
                return false;
            }

            await Task.Delay(Look, run.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<StepOutcome> WaitAsync(
        Task<ServiceJobResult?> stopping,
        ServiceNode node,
        RunState run,
        PlanStep step,
        CancellationToken cancellationToken
    )
    {
        var left = Deadline - run.Journal.Elapsed;
        if (await EndsWithinAsync(stopping, left > Look ? left : Look, run, cancellationToken).ConfigureAwait(false))
        {
            return await stopping.ConfigureAwait(false) is { Succeeded: false } job
                ? StepOutcome.Failed(OpsError.JobFailed, $"The stop job of {node.Service} ended with '{job.Raw}'.")
                : new StepOutcome(StepStatus.Done);
        }

        run.Journal.Warn(
            $"{node.Name} ({node.Service}) was told to stop and is still stopping: it has its own time, and was not killed.",
            step
        );
        return new StepOutcome(StepStatus.Done, "still stopping");
    }

    private static async Task<bool> EndsWithinAsync(Task job, TimeSpan limit, RunState run, CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(job, Task.Delay(limit, run.Time, giveUp.Token)).ConfigureAwait(false);
        await giveUp.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (first != job)
        {
            return false;
        }

        await job.ConfigureAwait(false);
        return true;
    }

    /// <summary>A manager that is going away tells nothing of its programs any more.</summary>
    private static async Task<T> TryAsync<T>(Func<Task<T>> ask, T otherwise)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (OpsRestartException e) when (e.Error is OpsError.ManagerUnavailable or OpsError.ConnectionFailed or OpsError.UnitNotFound)
        {
            return otherwise;
        }
    }
}
