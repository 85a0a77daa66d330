namespace OpsRestart.Core.Execution;

/// <summary>
/// Waits until the suspended workers of some nodes have nothing left that they took, while others of the same queue go on. That is what
/// these workers say; their warm stop afterwards waits for what they have not said.
/// </summary>
internal sealed class WorkerDrain(PlanStep step, GraphQueue queue, RunState run)
{
    /// <summary>A task may be between two lists of one answer.</summary>
    private const int Looks = 2;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan OneQuestion = TimeSpan.FromSeconds(15);

    public async Task<StepOutcome> RunAsync(CancellationToken cancellationToken)
    {
        var nodes = step.Nodes.Select(run.Node).Where(n => run.Prior[n.Name].WasRunning).ToList();
        var began = run.Time.GetTimestamp();
        var calm = 0;
        long left = 0;
        OpsRestartException? failure = null;
        do
        {
            try
            {
                (left, var silent) = await LookAsync(nodes, cancellationToken).ConfigureAwait(false);
                calm = left == 0 && !silent ? calm + 1 : 0;
                failure = null;
                run.Journal.Progress($"{TaskCount.Count(left, "task")} left in {string.Join(", ", step.Nodes)}", step);
            }
            catch (OpsRestartException e)
            {
                (calm, failure) = (0, e);
            }

            if (await DiedAsync(nodes, cancellationToken).ConfigureAwait(false) is { } trouble)
            {
                return StepOutcome.Failed(OpsError.ServiceFailed, $"{trouble} while its tasks were waited for.", "a worker died");
            }

            if (calm >= Looks)
            {
                foreach (var node in step.Nodes)
                {
                    run.DrainedNodes[node] = true;
                }

                return new StepOutcome(StepStatus.Drained, "these workers have no task left");
            }

            await Task.Delay(Pause, run.Time, cancellationToken).ConfigureAwait(false);
        } while (run.Time.GetElapsedTime(began) < queue.Timeout);

        var what = failure is null ? $"{TaskCount.Count(left, "task")} left" : SecretText.Redact(failure.Message);
        var message = $"The workers of {string.Join(", ", step.Nodes)} were not done within {Duration.Format(queue.Timeout)}: {what}.";
        if (queue.OnTimeout == DrainTimeoutPolicy.Abort)
        {
            return StepOutcome.TimedOut(OpsError.DrainTimeout, message, what);
        }

        run.Journal.Warn(message, step);
        foreach (var node in queue.OnTimeout == DrainTimeoutPolicy.Kill ? step.Nodes : [])
        {
            run.KillAtOnce[node] = true;
        }

        return new StepOutcome(StepStatus.Done, $"not drained: {what}");
    }

    private async Task<(long Left, bool Silent)> LookAsync(List<ServiceNode> nodes, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(OneQuestion, run.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var system = await run.Ports.Queues.OpenAsync(queue, limit.Token).ConfigureAwait(false);
            await using (system.ConfigureAwait(false))
            {
                var workers = await NodeWorkers.FindAsync(system, nodes, run.Ports.Services, limit.Token).ConfigureAwait(false);
                return (workers.Sum(static w => (long)w.Active + w.Reserved), workers.Count < nodes.Count);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OpsRestartException(OpsError.NoReply, $"no answer within {Duration.Format(OneQuestion)}", queue.Name);
        }
    }

    private async Task<string?> DiedAsync(List<ServiceNode> nodes, CancellationToken cancellationToken)
    {
        foreach (var node in nodes)
        {
            var now = await run.ReadAsync(node, cancellationToken).ConfigureAwait(false);
            if (UnitWatch.Trouble(run.Prior[node.Name].Service, now) is { } trouble)
            {
                return $"{node.Service} {trouble}";
            }
        }

        return null;
    }
}
