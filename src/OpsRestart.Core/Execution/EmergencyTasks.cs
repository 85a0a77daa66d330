using OpsRestart.Core.Queues;

namespace OpsRestart.Core.Execution;

/// <summary>
/// What can be known of the tasks of workers that are killed: what ran, as far as the queues answer at once, and what their brokers still
/// hold of it afterwards. Only a queue's own workers wait for its answer: told to stop they would not give it.
/// </summary>
internal sealed class EmergencyTasks : IAsyncDisposable
{
    /// <summary>Two looks of Celery, two seconds apart, tell an orphan.</summary>
    private static readonly TimeSpan After = TimeSpan.FromMilliseconds(3500);
    private readonly RunState _run;
    private readonly IReadOnlyList<GraphQueue> _queues;
    private readonly CancellationTokenSource _patience;
    private readonly Task<IReadOnlyList<WorkerTask>?>[] _tasks;
    private readonly Task<IReadOnlyList<QueueWorker>?>[] _workers;

    private EmergencyTasks(RunState run)
    {
        _run = run;
        _queues = [.. run.Plan.Definition.Queues.Where(q => q.ConsumedBy.Any(run.Plan.Nodes.Contains))];
        _patience = new CancellationTokenSource(run.Options.AskTime, run.Time);
        _tasks = [.. _queues.Select(q => TryAsync(q, (system, t) => system.GetTasksAsync(Running(q), t), _patience.Token))];
        _workers = [.. _queues.Select(q => TryAsync(q, static (system, t) => system.GetWorkersAsync(t), _patience.Token))];
        foreach (var node in _queues.SelectMany(static q => q.ConsumedBy).Distinct())
        {
            var own = _queues.Index().Where(q => q.Item.ConsumedBy.Contains(node)).Select(static q => q.Index);
            run.Asked[node] = Task.WhenAll(own.SelectMany(i => new Task[] { _tasks[i], _workers[i] }));
        }
    }

    public static EmergencyTasks Begin(RunState run) => new(run);

    /// <summary>When the workers have been killed. Null: no worker of any queue was meant.</summary>
    public async Task<RunTasks?> CountAsync()
    {
        if (_queues.Count == 0)
        {
            return null;
        }

        var seen = await Task.WhenAll(_tasks).ConfigureAwait(false);
        var workers = await Task.WhenAll(_workers).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(After, _run.Time);
        var held = await Task.WhenAll(_queues.Select(q => TryAsync(q, static (system, t) => system.FindOrphansAsync(t), limit.Token)))
            .ConfigureAwait(false);
        var ran = new List<WorkerTask>();
        foreach (var (queue, found, who) in _queues.Zip(seen, workers))
        {
            foreach (var node in queue.ConsumedBy.Where(_run.KilledProcesses.ContainsKey))
            {
                var own = Of(node, queue, found ?? [], who ?? []);
                _run.Killed[node] = [.. _run.Killed.GetValueOrDefault(node, []), .. own];
                ran.AddRange(own);
            }
        }

        var orphans = held.Contains(null) ? null : held.SelectMany(static h => h!).DistinctBy(static o => o.Id).ToList();
        var ids = orphans?.Select(static o => o.Id).ToHashSet(StringComparer.Ordinal);
        return new RunTasks
        {
            RunningBefore = seen.Contains(null) ? null : seen.Sum(static s => s!.Count),
            Proof = DrainConfidence.None,
            UndrainedQueues = [.. _run.UndrainedQueues()],
            KilledNodes = [.. _run.KilledProcesses.Keys.Order(StringComparer.Ordinal)],
            KilledTasks = [.. ran.Select(static t => t.ToString()).Distinct()],
            UnacknowledgedTasks = orphans?.ConvertAll(static o => o.ToString()),
            LostTasks =
                seen.Contains(null) || ids is null
                    ? null
                    : ran.Where(t => !ids.Contains(t.Id)).Select(static t => t.ToString()).Distinct().ToList(),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _patience.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll([.. _tasks, .. _workers]).ConfigureAwait(false);
        _patience.Dispose();
    }

    /// <summary>Of a queue with one consumer all; else those of the workers whose processes were killed.</summary>
    private IReadOnlyList<WorkerTask> Of(string node, GraphQueue queue, IReadOnlyList<WorkerTask> tasks, IReadOnlyList<QueueWorker> workers)
    {
        if (tasks.Count == 0 || queue.ConsumedBy.Count == 1)
        {
            return tasks;
        }

        var pids = _run.KilledProcesses[node];
        var own = workers.Where(w => w.Pid is { } pid && pids.Contains(pid)).Select(static w => w.Name).ToHashSet(StringComparer.Ordinal);
        return [.. tasks.Where(t => (t.Worker is { } worker && own.Contains(worker)) || (t.Pid is { } pid && pids.Contains(pid)))];
    }

    private static WorkerTaskQuery Running(GraphQueue queue) => new() { Queues = queue.Queues, States = [WorkerTaskState.Active] };

    private async Task<T?> TryAsync<T>(
        GraphQueue queue,
        Func<IWorkQueueSystem, CancellationToken, Task<T>> ask,
        CancellationToken cancellationToken
    )
        where T : class
    {
        try
        {
            var system = await _run.Ports.Queues.OpenAsync(queue, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
            await using (system.ConfigureAwait(false))
            {
                return await ask(system, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // Whatever a queue answers, or does not: the services are stopped, and it is told that its tasks are not known.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
