using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>Lists jobs by state.</summary>
internal sealed class RqTasks(RqStore store, TimeProvider time)
{
    // The last second of the year 9999.
    private const double EndOfTime = 253402300799;
    private static readonly WorkerTaskState[] ByDefault = [WorkerTaskState.Active, WorkerTaskState.Reserved, WorkerTaskState.Scheduled];

    public async Task<IReadOnlyList<WorkerTask>> ListAsync(WorkerTaskQuery query, CancellationToken cancellationToken)
    {
        var snapshot = (await store.SnapshotAsync(cancellationToken).ConfigureAwait(false)).Narrow(query.Queues);
        var tasks = new List<WorkerTask>();
        foreach (var state in query.States.Count > 0 ? query.States : ByDefault)
        {
            foreach (var queue in snapshot.Queues)
            {
                tasks.AddRange(await ListAsync(snapshot, queue.Name, state, query.WaitingLimit, cancellationToken).ConfigureAwait(false));
            }
        }

        return tasks;
    }

    /// <summary>What the started registry holds, with the worker that has it.</summary>
    public async Task<IReadOnlyList<RqStarted>> GetStartedAsync(string queue, CancellationToken cancellationToken)
    {
        var connection = await store.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var members = (
            await connection.CallAsync(new("ZRANGE", RqKeys.Started(queue), 0, -1, "WITHSCORES"), cancellationToken).ConfigureAwait(false)
        ).Pairs();
        var jobs = await store
            .GetJobsAsync([.. members.Keys.SelectMany(static m => PossibleIds(m)).Distinct()], RqJob.Fields, cancellationToken)
            .ConfigureAwait(false);
        return
        [
            .. members.Select(m =>
            {
                var id = RqKeys.JobOfStarted(m.Key, candidate => jobs.TryGetValue(candidate, out var hash) && hash.Count > 0);
                return new RqStarted(
                    m.Key,
                    RqJob.Read(id, jobs.GetValueOrDefault(id, new Dictionary<string, RedisReply>())),
                    queue,
                    Expiry(m.Value.Text)
                );
            }),
        ];
    }

    public WorkerTask ToTask(RqJob job, string queue, WorkerTaskState state, RqWorkerState? worker = null, DateTime? due = null) =>
        new()
        {
            Id = job.Id,
            Name = job.Name,
            System = RqSystem.Kind,
            Broker = store.Broker,
            Queue = queue,
            State = state,
            Worker = worker?.Name ?? job.WorkerName,
            Since = state is WorkerTaskState.Active or WorkerTaskState.Orphan or WorkerTaskState.Unknown ? job.StartedAt : job.EnqueuedAt,
            Eta = due,
            Arguments = job.Arguments,
            SampledAt = time.GetUtcNow().UtcDateTime,
        };

    private async Task<IReadOnlyList<WorkerTask>> ListAsync(
        RqLook snapshot,
        string queue,
        WorkerTaskState state,
        int limit,
        CancellationToken cancellationToken
    ) =>
        state switch
        {
            WorkerTaskState.Active =>
            [
                .. (await GetStartedAsync(queue, cancellationToken).ConfigureAwait(false)).Select(s => ToStarted(snapshot, s)),
            ],
            WorkerTaskState.Ready => await IdsAsync(queue, new("LRANGE", RqKeys.Queue(queue), 0, limit - 1), state, cancellationToken)
                .ConfigureAwait(false),
            WorkerTaskState.Reserved => await IdsAsync(queue, new("LRANGE", RqKeys.Intermediate(queue), 0, -1), state, cancellationToken)
                .ConfigureAwait(false),
            WorkerTaskState.Scheduled => await ScheduledAsync(queue, limit, cancellationToken).ConfigureAwait(false),
            WorkerTaskState.Deferred => await IdsAsync(queue, new("ZRANGE", RqKeys.Deferred(queue), 0, limit - 1), state, cancellationToken)
                .ConfigureAwait(false),
            WorkerTaskState.Failed => await IdsAsync(queue, new("ZREVRANGE", RqKeys.Failed(queue), 0, limit - 1), state, cancellationToken)
                .ConfigureAwait(false),
            _ => [],
        };

    private WorkerTask ToStarted(RqLook snapshot, RqStarted started)
    {
        var worker =
            snapshot.Workers.FirstOrDefault(w => w.CurrentJob == started.Job.Id)
            ?? snapshot.Workers.FirstOrDefault(w => w.Name == started.Job.WorkerName);
        return ToTask(started.Job, started.Queue, worker is { IsLive: true } ? WorkerTaskState.Active : WorkerTaskState.Unknown, worker);
    }

    private async Task<IReadOnlyList<WorkerTask>> IdsAsync(
        string queue,
        RedisCommand list,
        WorkerTaskState state,
        CancellationToken cancellationToken
    )
    {
        var connection = await store.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var ids = (await connection.CallAsync(list, cancellationToken).ConfigureAwait(false)).Texts();
        var jobs = await store.GetJobsAsync(ids, RqJob.Fields, cancellationToken).ConfigureAwait(false);
        return [.. ids.Select(i => ToTask(RqJob.Read(i, jobs[i]), queue, state))];
    }

    private async Task<IReadOnlyList<WorkerTask>> ScheduledAsync(string queue, int limit, CancellationToken cancellationToken)
    {
        var connection = await store.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var due = (
            await connection
                .CallAsync(new("ZRANGE", RqKeys.Scheduled(queue), 0, limit - 1, "WITHSCORES"), cancellationToken)
                .ConfigureAwait(false)
        ).Pairs();
        var jobs = await store.GetJobsAsync([.. due.Keys], RqJob.Fields, cancellationToken).ConfigureAwait(false);
        return [.. due.Select(d => ToTask(RqJob.Read(d.Key, jobs[d.Key]), queue, WorkerTaskState.Scheduled, due: Expiry(d.Value.Text)))];
    }

    private static IEnumerable<string> PossibleIds(string member) =>
        member.LastIndexOf(':') is > 0 and var colon ? [member, member[..colon]] : [member];

    private static DateTime? Expiry(string? score) =>
        double.TryParse(score, System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < EndOfTime
            ? DateTime.UnixEpoch.AddSeconds(seconds)
            : null;
}
