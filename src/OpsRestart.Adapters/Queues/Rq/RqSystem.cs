using System.Text.Json;
using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>RQ in one Redis database.</summary>
/// <param name="endpoint">The database.</param>
/// <param name="settings">What the definition says besides.</param>
/// <param name="time">The clock.</param>
/// <param name="planned">The suspension that a graph plans, so that what else it pauses is said before.</param>
internal sealed class RqSystem(RedisEndpoint endpoint, RqSettings settings, TimeProvider time, SuspendRequest? planned = null)
    : IWorkQueueSystem
{
    public const string Kind = "rq";
    private readonly RqStore _store = new(endpoint);

    public string System => Kind;

    public string Broker => endpoint.Display;

    public async Task<IReadOnlyList<GraphFinding>> FindRisksAsync(CancellationToken cancellationToken)
    {
        var connection = await _store.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var eviction = await EvictionRisk.FindAsync(connection, Broker, cancellationToken).ConfigureAwait(false);
        var snapshot = await _store.SnapshotAsync(cancellationToken).ConfigureAwait(false);
        List<GraphFinding> risks = [.. eviction];
        if (planned is { Queues.Count: > 0 } && Others(snapshot, planned) is { Count: > 0 } others)
        {
            risks.Add(AlsoPaused(others));
        }

        if (snapshot.Suspension is not null)
        {
            risks.Add(AlreadySuspended());
        }

        return risks;
    }

    public async Task<IReadOnlyList<WorkQueue>> GetQueuesAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var snapshot = await _store.SnapshotAsync(cancellationToken).ConfigureAwait(false);
        var wanted = Wanted(snapshot, names);
        var oldest = await OldestAsync(wanted, cancellationToken).ConfigureAwait(false);
        return [.. wanted.Select(q => ToQueue(snapshot, q, oldest[q]))];
    }

    public async Task<IReadOnlyList<QueueWorker>> GetWorkersAsync(CancellationToken cancellationToken)
    {
        var snapshot = await _store.SnapshotAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow().UtcDateTime;

        // A name without a hash and without a subscription is a leftover of RQ's own: it says nothing about any process.
        var workers = snapshot.Workers.Where(static w => w.IsRegistered || w.IsListening).Select(w => ToWorker(w, now)).ToList();
        var idle = workers.Where(static w => w.State == QueueWorkerState.Idle).ToList();
        var waits = snapshot.Waiting is { } waiting ? WaitingWorkers.Judge(idle, waiting) : [.. idle.Select(static _ => (bool?)null)];
        return
        [
            .. workers.Select(w =>
                w with
                {
                    IsConsuming = idle.IndexOf(w) is >= 0 and var i ? waits[i] : w.State == QueueWorkerState.Busy,
                }
            ),
        ];
    }

    public Task<IReadOnlyList<WorkerTask>> GetTasksAsync(WorkerTaskQuery query, CancellationToken cancellationToken) =>
        new RqTasks(_store, time).ListAsync(query, cancellationToken);

    public Task<IDrainProbe> OpenDrainAsync(DrainRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<IDrainProbe>(new RqDrainProbe(new RqStore(endpoint), request));

    /// <summary>RQ's suspension is one flag for the whole database: everything in it pauses.</summary>
    public async Task<IReadOnlyList<string>> FindPausedAsync(SuspendRequest request, CancellationToken cancellationToken)
    {
        var snapshot = await _store.SnapshotAsync(cancellationToken).ConfigureAwait(false);
        Wanted(snapshot, request.Queues);
        var others = Others(snapshot, request);
        return request.Exactly && others.Count > 0 ? throw RqException.CannotSuspendLess(Broker, others) : Known(snapshot);
    }

    public Task<IQueueLease> SuspendAsync(SuspendRequest request, CancellationToken cancellationToken) =>
        RqLease.BeginAsync(endpoint, settings, request, time, cancellationToken);

    public async Task<IReadOnlyList<string>> ResumeAsync(QueueSuspension suspension, CancellationToken cancellationToken)
    {
        var flag = new RqFlag(_store, suspension.Id);
        return await flag.ClearAsync(cancellationToken).ConfigureAwait(false)
            ? []
            : [$"The suspension of {Broker} is not this one any more: it has expired, or somebody else holds it. Nothing was changed."];
    }

    public async Task<long> ClearAsync(string queue, CancellationToken cancellationToken)
    {
        var connection = await _store.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        long removed = 0;
        while (true)
        {
            var replies = await connection
                .TransactionAsync(
                    [new("LRANGE", RqKeys.Queue(queue), 0, 99), new("LTRIM", RqKeys.Queue(queue), 100, -1)],
                    cancellationToken
                )
                .ConfigureAwait(false);
            var ids = replies[0].Texts();
            if (ids.Count == 0)
            {
                return removed;
            }

            removed += ids.Count;
            await connection.CallAsync(RedisCommand.Of("DEL", ids.SelectMany(RqKeys.AllOfJob)), cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<TaskStopResult> StopTaskAsync(string id, bool terminate, string? signal, CancellationToken cancellationToken)
    {
        var job = RqJob.Read(id, (await _store.GetJobsAsync([id], RqJob.Fields, cancellationToken).ConfigureAwait(false))[id]);
        if (job.Status.Length == 0)
        {
            throw new RqException(
                OpsError.TaskNotFound,
                $"Job {id} is not known at {Broker}.",
                id,
                "It may have ended: RQ forgets results after a while."
            );
        }

        var snapshot = await _store.SnapshotAsync(cancellationToken).ConfigureAwait(false);
        if (snapshot.Workers.FirstOrDefault(w => w.IsLive && w.CurrentJob == id) is { } worker)
        {
            return terminate
                ? await EndAsync(id, worker, cancellationToken).ConfigureAwait(false)
                : new TaskStopResult(id, false, $"it runs on {worker.Name} and goes on") { IsRunning = true };
        }

        return await CancelAsync(job, cancellationToken).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<WorkerTask>> FindOrphansAsync(CancellationToken cancellationToken) =>
        new RqOrphans(_store, time).FindAsync(cancellationToken);

    public Task<bool> RestoreTaskAsync(WorkerTask task, CancellationToken cancellationToken) =>
        new RqOrphans(_store, time).RestoreAsync(task, cancellationToken);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static List<string> Known(RqLook snapshot) =>
        [
            .. snapshot
                .Queues.Select(static q => q.Name)
                .Union(snapshot.Workers.Where(static w => w.IsLive).SelectMany(static w => w.Queues))
                .Order(StringComparer.Ordinal),
        ];

    private List<string> Wanted(RqLook snapshot, IReadOnlyList<string> names)
    {
        var known = Known(snapshot);
        return WorkerNames.Missing(names, known) is [var unknown, ..]
            ? throw RqException.QueueNotFound(Broker, unknown, known)
            : [.. known.Where(k => WorkerNames.Covers(names, k))];
    }

    /// <summary>Queues, then workers, that pause although nobody named them.</summary>
    private static List<string> Others(RqLook snapshot, SuspendRequest request) =>
        [
            .. Known(snapshot).Where(q => request.Queues.Count > 0 && !WorkerNames.Covers(request.Queues, q)),
            .. snapshot
                .Workers.Where(static w => w.IsLive)
                .Select(static w => w.Name)
                .Where(w => request.Workers.Count > 0 && !WorkerNames.Covers(request.Workers, w)),
        ];

    private GraphFinding AlsoPaused(List<string> others) =>
        new()
        {
            Severity = FindingSeverity.Warning,
            Code = "AlsoSuspended",
            Message =
                $"RQ suspends the whole database: at {Broker} {RqException.Listed(others)} will pause too, until the queue is resumed.",
            Target = Broker,
            Advice = "Give each site or bench a Redis database of its own, or restart when that is bearable.",
        };

    private GraphFinding AlreadySuspended() =>
        new()
        {
            Severity = FindingSeverity.Warning,
            Code = "AlreadySuspended",
            Message = $"RQ at {Broker} is suspended by someone else, and a run leaves it so: 'rq worker' does not start meanwhile.",
            Target = Broker,
            Advice = "Resume it first, or restart when the other is done.",
        };

    private async Task<TaskStopResult> EndAsync(string id, RqWorkerState worker, CancellationToken cancellationToken)
    {
        var connection = await _store.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var heard = await connection
            .CallAsync(
                new("PUBLISH", RqKeys.Commands(worker.Name), JsonSerializer.Serialize(new { command = "stop-job", job_id = id })),
                cancellationToken
            )
            .ConfigureAwait(false);
        return heard.Integer > 0
            ? new TaskStopResult(id, true, $"{worker.Name} was told to kill its work horse; the job becomes failed (stopped)")
            : new TaskStopResult(id, false, $"{worker.Name} does not listen any more");
    }

    private async Task<TaskStopResult> CancelAsync(RqJob job, CancellationToken cancellationToken)
    {
        var connection = await _store.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var removed = await connection
            .TransactionAsync(
                [
                    new("LREM", RqKeys.Queue(job.Origin), 0, job.Id),
                    new("ZREM", RqKeys.Scheduled(job.Origin), job.Id),
                    new("ZREM", RqKeys.Deferred(job.Origin), job.Id),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        if (!removed.Any(static r => r.Integer > 0))
        {
            return new TaskStopResult(job.Id, false, $"it is {job.Status}, and waits nowhere");
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        await connection
            .TransactionAsync(
                [new("HSET", RqKeys.Job(job.Id), "status", "canceled"), new("ZADD", RqKeys.Canceled(job.Origin), now, job.Id)],
                cancellationToken
            )
            .ConfigureAwait(false);
        return new TaskStopResult(job.Id, true, $"taken out of {job.Origin}");
    }

    private async Task<Dictionary<string, TimeSpan?>> OldestAsync(List<string> queues, CancellationToken cancellationToken)
    {
        var connection = await _store.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var heads = await connection
            .PipelineAsync([.. queues.Select(static q => new RedisCommand("LINDEX", RqKeys.Queue(q), 0))], cancellationToken)
            .ConfigureAwait(false);
        var ids = queues
            .Zip(heads)
            .Where(static h => h.Second.Text is not null)
            .ToDictionary(static h => h.First, static h => h.Second.Text!, StringComparer.Ordinal);
        var jobs = await _store.GetJobsAsync([.. ids.Values.Distinct()], ["enqueued_at"], cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow().UtcDateTime;
        return queues.ToDictionary(
            static q => q,
            q =>
                ids.TryGetValue(q, out var id) && RqStore.Time(jobs[id].GetValueOrDefault("enqueued_at")?.Text) is { } at
                    ? now - at
                    : (TimeSpan?)null,
            StringComparer.Ordinal
        );
    }

    private WorkQueue ToQueue(RqLook snapshot, string name, TimeSpan? oldest)
    {
        var queue = snapshot.Queues.FirstOrDefault(q => q.Name == name) ?? new RqQueueState(name, 0, 0, 0, 0, 0, 0);
        var workers = snapshot.Workers.Where(w => w.IsLive && w.Queues.Contains(name)).ToList();
        return new WorkQueue
        {
            Name = name,
            System = Kind,
            Broker = Broker,
            Ready = queue.Ready,
            Unacked = queue.Started + queue.Intermediate,
            Scheduled = queue.Scheduled,
            Deferred = queue.Deferred,
            Failed = queue.Failed,
            Consumers = workers.Count,
            Suspended =
                snapshot.Suspension is null ? SuspensionState.No
                : workers.All(static w => w.IsSuspended) ? SuspensionState.Yes
                : SuspensionState.Partial,
            OldestAge = oldest,
            SampledAt = time.GetUtcNow().UtcDateTime,
        };
    }

    private QueueWorker ToWorker(RqWorkerState worker, DateTime now) =>
        new()
        {
            Name = worker.Name,
            System = Kind,
            Broker = Broker,
            State =
                worker.IsUnresponsive ? QueueWorkerState.Unresponsive
                : !worker.IsLive ? QueueWorkerState.Dead
                : worker.IsShuttingDown ? QueueWorkerState.ShuttingDown
                : worker.IsBusy ? QueueWorkerState.Busy
                : worker.IsSuspended ? QueueWorkerState.Suspended
                : QueueWorkerState.Idle,
            HostName = worker.HostName,
            Pid = worker.Pid,
            Queues = worker.Queues,
            Concurrency = 1,
            Active = worker.IsBusy ? 1 : 0,
            Processed = worker.Succeeded + worker.Failed,
            Failed = worker.Failed,
            Uptime = worker.Birth is { } birth ? now - birth : null,
            LastHeartbeat = worker.LastHeartbeat,
            SampledAt = now,
        };
}
