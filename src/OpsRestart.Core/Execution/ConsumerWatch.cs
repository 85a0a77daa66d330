using OpsRestart.Core.Queues;

namespace OpsRestart.Core.Execution;

/// <summary>
/// Watches the consumers of a queue while it drains. A worker that dies takes the tasks with it that it had acknowledged, and one that its
/// manager starts again has none: to the queue system both look drained.
/// </summary>
internal sealed class ConsumerWatch : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private readonly RunState _run;
    private readonly CancellationTokenSource _stop;
    private readonly TaskCompletionSource<string> _trouble = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ServiceNode> _consumers;
    private readonly Task _work;
    private IReadOnlyList<WorkerTask> _running = [];

    private ConsumerWatch(GraphQueue queue, RunState run, CancellationToken cancellationToken)
    {
        _run = run;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _consumers =
        [
            .. run.Plan.Definition.Nodes.Where(n =>
                queue.ConsumedBy.Contains(n.Name) && run.Prior.TryGetValue(n.Name, out var prior) && prior.WasRunning
            ),
        ];
        _work = Task.WhenAll([.. _consumers.Select(WatchAsync), RememberAsync(queue)]);
    }

    /// <summary>Ends, with a sentence, when a consumer has died or was stopped by someone else; otherwise never.</summary>
    public Task<string> Trouble => _trouble.Task;

    /// <summary>What ran when it was last asked, a second before the trouble at most.</summary>
    public IReadOnlyList<WorkerTask> Running => _running;

    public static ConsumerWatch Begin(GraphQueue queue, RunState run, CancellationToken cancellationToken) =>
        new(queue, run, cancellationToken);

    /// <summary>Looks once more: the event of a death may come a moment after a verdict that the death brought about.</summary>
    public async Task<string?> FindTroubleAsync(CancellationToken cancellationToken)
    {
        foreach (var node in _trouble.Task.IsCompleted ? [] : _consumers)
        {
            var now = await _run.ReadAsync(node, cancellationToken).ConfigureAwait(false);
            if (UnitWatch.Trouble(_run.Prior[node.Name].Service, now) is { } what)
            {
                return $"{node.Service} {what}";
            }
        }

        return _trouble.Task.IsCompleted ? await _trouble.Task.ConfigureAwait(false) : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task WatchAsync(ServiceNode node)
    {
        try
        {
            var manager = await _run.ManagerAsync(node, _stop.Token).ConfigureAwait(false);
            var what = await UnitWatch.UntilTroubleAsync(manager, node, _stop.Token).ConfigureAwait(false);
            _trouble.TrySetResult($"{node.Service} {what}");
        }
        catch (Exception e) when (e is OperationCanceledException or OpsRestartException)
        {
            // Without the manager's word the queue system's own account has to do.
        }
    }

    private async Task RememberAsync(GraphQueue queue)
    {
        try
        {
            // A system of its own: the drain uses the other one at the same time.
            var system = await _run.Ports.Queues.OpenAsync(queue, _stop.Token).ConfigureAwait(false);
            await using (system.ConfigureAwait(false))
            {
                await RememberAsync(system, new WorkerTaskQuery { Queues = queue.Queues, States = [WorkerTaskState.Active] })
                    .ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or OpsRestartException)
        {
            // Nothing is remembered then: the verdict stands without it.
        }
    }

    private async Task RememberAsync(IWorkQueueSystem system, WorkerTaskQuery query)
    {
        while (!_trouble.Task.IsCompleted)
        {
            try
            {
                var tasks = await system.GetTasksAsync(query, _stop.Token).ConfigureAwait(false);
                _running = _trouble.Task.IsCompleted ? _running : tasks;
            }
            catch (OpsRestartException)
            {
                // No answer for a moment: what was seen before is the last that is known.
            }

            await Task.WhenAny(Task.Delay(LookEvery, _run.Time, _stop.Token), _trouble.Task).ConfigureAwait(false);
            _stop.Token.ThrowIfCancellationRequested();
        }
    }
}
