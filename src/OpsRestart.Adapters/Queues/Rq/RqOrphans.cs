using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>
/// Finds jobs that nobody runs any more, and puts jobs back. A dead worker does not make an orphan: its work horse may run on and finish
/// the job. So for a worker of this machine no such process may be left; for one elsewhere the entry must have expired, which nobody
/// refreshes any more.
/// </summary>
internal sealed class RqOrphans(RqStore store, TimeProvider time)
{
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyList<WorkerTask>> FindAsync(CancellationToken cancellationToken)
    {
        var first = await RoundAsync(cancellationToken).ConfigureAwait(false);
        if (first.Count == 0)
        {
            return [];
        }

        await Task.Delay(BetweenRounds, time, cancellationToken).ConfigureAwait(false);
        var again = (await RoundAsync(cancellationToken).ConfigureAwait(false))
            .Select(static s => s.Member)
            .ToHashSet(StringComparer.Ordinal);
        var tasks = new RqTasks(store, time);
        return [.. first.Where(s => again.Contains(s.Member)).Select(s => tasks.ToTask(s.Job, s.Queue, WorkerTaskState.Orphan))];
    }

    /// <summary>Puts an orphan or a failed job to the end of its queue, in one transaction; false when it is neither any more.</summary>
    public async Task<bool> RestoreAsync(WorkerTask task, CancellationToken cancellationToken)
    {
        var started = (await RoundAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(s => s.Job.Id == task.Id);
        var (registry, member) = started is not null
            ? (RqKeys.Started(started.Queue), started.Member)
            : (RqKeys.Failed(task.Queue), task.Id);
        var connection = await store.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        await connection.CallAsync(new("WATCH", registry, RqKeys.Job(task.Id)), cancellationToken).ConfigureAwait(false);
        var present = !(await connection.CallAsync(new("ZSCORE", registry, member), cancellationToken).ConfigureAwait(false)).IsNull;
        var origin = (await connection.CallAsync(new("HGET", RqKeys.Job(task.Id), "origin"), cancellationToken).ConfigureAwait(false)).Text;
        if (!present || origin is null)
        {
            await connection.CallAsync(new("UNWATCH"), cancellationToken).ConfigureAwait(false);
            return false;
        }

        var done = await connection.TransactionAsync(Requeue(task.Id, member, registry, origin), cancellationToken).ConfigureAwait(false);
        return done.Count > 0;
    }

    private List<RedisCommand> Requeue(string id, string member, string registry, string origin)
    {
        var now = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        List<RedisCommand> commands = [new("ZREM", registry, member)];
        if (member != id)
        {
            var execution = member[(id.Length + 1)..];
            commands.AddRange([new("DEL", $"rq:execution:{id}:{execution}"), new("ZREM", "rq:executions:" + id, execution)]);
        }

        commands.AddRange([
            new("HSET", RqKeys.Job(id), "status", "queued", "enqueued_at", now, "started_at", "", "ended_at", "", "worker_name", ""),
            new("PERSIST", RqKeys.Job(id)),
            new("SADD", RqKeys.Queues, RqKeys.Queue(origin)),
            new("RPUSH", RqKeys.Queue(origin), id),
        ]);
        return commands;
    }

    private async Task<IReadOnlyList<RqStarted>> RoundAsync(CancellationToken cancellationToken)
    {
        var tasks = new RqTasks(store, time);
        var started = new List<RqStarted>();
        var snapshot = await store.SnapshotAsync(cancellationToken).ConfigureAwait(false);
        foreach (var queue in snapshot.Queues.Where(static q => q.Started > 0))
        {
            started.AddRange(await tasks.GetStartedAsync(queue.Name, cancellationToken).ConfigureAwait(false));
        }

        var live = snapshot.Workers.Where(static w => w.IsPresent).ToList();
        var strays = new Lazy<bool>(() =>
            RqHorses.FindStrays(live.Where(static w => w.Pid is not null).Select(static w => w.Pid!.Value).ToHashSet()).Count > 0
        );
        return [.. started.Where(s => s.Job.Status.Length > 0 && IsOrphan(s, snapshot, live, strays))];
    }

    private bool IsOrphan(RqStarted started, RqLook snapshot, List<RqWorkerState> live, Lazy<bool> strays)
    {
        if (live.Any(w => w.Name == started.Job.WorkerName || w.CurrentJob == started.Job.Id))
        {
            return false;
        }

        var expired = started.Expires is { } at && at < time.GetUtcNow().UtcDateTime;
        var local = snapshot.Workers.FirstOrDefault(w => w.Name == started.Job.WorkerName)?.HostName == WorkerNames.HostName;
        return local ? !strays.Value : expired;
    }
}
