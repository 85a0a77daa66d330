using OpsRestart.Core.Queues;

namespace OpsRestart.Core.Execution;

/// <summary>
/// Sees through its queue that a consumer works again that has no probe of its own: a worker process that is up may be connected to
/// nothing.
/// </summary>
internal sealed class ConsumerAnswer(GraphQueue queue, IReadOnlyList<ServiceNode> consumers, RunState run)
{
    /// <summary>As long as a probe waits by default: a worker that loads a large program takes its time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>One question to a queue system; what never answers must not hold up the run.</summary>
    private static readonly TimeSpan OneQuestion = TimeSpan.FromSeconds(15);

    /// <summary>Workers tell their uptime in whole seconds, some from before their start was announced.</summary>
    private static readonly TimeSpan Inexactness = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private readonly List<ServiceNode> _open = [.. consumers];
    private OpsRestartException? _failure;
    private bool _isSuspended;

    /// <summary>For every queue of the plan's graph that a node without probes consumes which this run has started.</summary>
    public static async Task<IReadOnlyList<string>> TroublesAsync(RunState run, CancellationToken cancellationToken)
    {
        var asked = run
            .Plan.Definition.Queues.Select(q => new ConsumerAnswer(
                q,
                [.. q.ConsumedBy.Where(run.Plan.Nodes.Contains).Select(run.Node).Where(n => IsAsked(n, run))],
                run
            ))
            .Where(static a => a._open.Count > 0);
        var found = await Task.WhenAll(asked.Select(a => a.WaitAsync(cancellationToken))).ConfigureAwait(false);
        return [.. found.OfType<string>()];
    }

    private static bool IsAsked(ServiceNode node, RunState run) =>
        node.Ready.Count == 0 && run.Up.TryGetValue(node.Name, out var started) && started.ByThisRun;

    public async Task<string?> WaitAsync(CancellationToken cancellationToken)
    {
        var began = run.Time.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            await AskAsync(cancellationToken).ConfigureAwait(false);
            if (_open.Count == 0 || await HasDiedAsync(cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            if (run.Time.GetElapsedTime(began) >= Patience)
            {
                return Judge();
            }

            await Task.Delay(pause, run.Time, cancellationToken).ConfigureAwait(false);
            pause = pause * 1.6 < LongestPause ? pause * 1.6 : LongestPause;
        }
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(OneQuestion, run.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var system = await run.Ports.Queues.OpenAsync(queue, limit.Token).ConfigureAwait(false);
            await using (system.ConfigureAwait(false))
            {
                var workers = await system.GetWorkersAsync(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
                await SettleAsync(system, [.. workers.Where(Consumes)], limit.Token).ConfigureAwait(false);
                _failure = null;
            }
        }
        catch (OpsRestartException e)
        {
            _failure = e;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _failure = new OpsRestartException(OpsError.NoReply, $"no answer within {Duration.Format(OneQuestion)}", queue.Name);
        }
    }

    private bool Consumes(QueueWorker worker)
    {
        var has = worker.Queues.Count > 0 && (queue.Queues.Count == 0 || worker.Queues.Intersect(queue.Queues).Any());
        var waits = worker.State == QueueWorkerState.Suspended && has;
        _isSuspended |= waits;

        // A suspension made by someone else was left alone.
        return waits
            ? run.ForeignSuspensions.ContainsKey(queue.Name)
            : has
                && worker.IsConsuming != false
                && worker.State is not (QueueWorkerState.Dead or QueueWorkerState.Unresponsive or QueueWorkerState.ShuttingDown);
    }

    /// <summary>
    /// A worker is a node's when its process is one of the unit's. Where its process is none that is known here (another host, a
    /// container), one that began since the node's start will do; where the system knows no processes, any.
    /// </summary>
    private async Task SettleAsync(IWorkQueueSystem system, List<QueueWorker> workers, CancellationToken cancellationToken)
    {
        if (workers.Count == 0)
        {
            await SettleByCountAsync(system, cancellationToken).ConfigureAwait(false);
            return;
        }

        var found = await Task.WhenAll(consumers.Select(n => PidsAsync(n, cancellationToken))).ConfigureAwait(false);
        var pids = consumers.Zip(found).ToDictionary(static p => p.First.Name, static p => p.Second, StringComparer.Ordinal);
        _open.RemoveAll(node =>
            workers.Exists(w =>
                w.Pid is not { } pid
                || pids[node.Name].Contains(pid)
                || (
                    !found.Any(p => p.Contains(pid))
                    && w.Uptime is { } up
                    && up < run.Time.GetElapsedTime(run.Up[node.Name].At) + Inexactness
                )
            )
        );
    }

    /// <summary>Where consumers can't be listed they can be counted (RabbitMQ without its management API).</summary>
    private async Task SettleByCountAsync(IWorkQueueSystem system, CancellationToken cancellationToken)
    {
        if (system.System == "rabbitmq" && queue.Queues.Count > 0)
        {
            var queues = await system.GetQueuesAsync(queue.Queues, cancellationToken).ConfigureAwait(false);
            if (queues.All(static q => q.Consumers > 0))
            {
                _open.Clear();
            }
        }
    }

    private async Task<HashSet<int>> PidsAsync(ServiceNode node, CancellationToken cancellationToken)
    {
        var manager = await run.ManagerAsync(node, cancellationToken).ConfigureAwait(false);
        return [.. (await manager.GetProcessesAsync(node.Service, cancellationToken).ConfigureAwait(false)).Select(static p => p.Pid)];
    }

    /// <summary>Its death is told by the look at the services; nothing is gained by waiting.</summary>
    private async Task<bool> HasDiedAsync(CancellationToken cancellationToken)
    {
        foreach (var node in _open)
        {
            var now = await run.ReadAsync(node, cancellationToken).ConfigureAwait(false);
            if (run.Up.TryGetValue(node.Name, out var started) && UnitWatch.Trouble(started.Service, now) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private string? Judge()
    {
        var who = string.Join(" and ", _open.Select(static n => n.Service));
        var runs = _open.Count == 1 ? "runs and does" : "run and do";
        if (_failure is null && _isSuspended)
        {
            run.Journal.Warn(
                $"{who}: the workers of queue '{queue.Name}' are suspended, and not by this run: they take no task until someone "
                    + "resumes them."
            );
            return null;
        }

        if (
            _failure?.Error == OpsError.NoReply
            && !run.Plan.Steps.Any(s => s.Kind is StepKind.DrainQueue or StepKind.SuspendQueue && s.Target == queue.Name)
        )
        {
            // These workers have not been seen to answer before either: they may be set up so that they never do.
            run.Journal.Warn($"{who}: whether queue '{queue.Name}' is consumed again is not known: {_failure.Message}");
            return null;
        }

        foreach (var node in _open)
        {
            run.NotConsuming[node.Name] = queue.Name;
        }

        return $"{who} {runs} not consume queue '{queue.Name}' {Duration.Format(Patience)} after the "
            + $"start{(_failure is null ? "." : $": {_failure.Message}")}";
    }
}
