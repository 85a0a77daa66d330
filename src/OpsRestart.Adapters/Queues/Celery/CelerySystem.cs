using System.Text.Json.Nodes;
using OpsRestart.Adapters.Settings;
using static System.FormattableString;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Celery at one broker.</summary>
internal sealed class CelerySystem(
    Func<CelerySettings, ICeleryTransport> open,
    CelerySettings settings,
    ISuspensionStore suspensions,
    TimeProvider time
) : IWorkQueueSystem
{
    public const string Kind = "celery";

    // Which of several queues a task is for that the broker keeps until its time can't be seen: such tasks are listed for all of them
    // together.
    private const string AllDelayed = "celery_delayed";

    // Workers answer in milliseconds; one that is busy with a broadcast of its own may need seconds, and a listing can wait that long.
    private static readonly TimeSpan ListDeadline = TimeSpan.FromSeconds(1);
    private readonly ICeleryTransport _transport = open(settings);

    public string System => Kind;

    public string Broker => _transport.Broker;

    public async Task<IReadOnlyList<GraphFinding>> FindRisksAsync(CancellationToken cancellationToken)
    {
        // The workers' stats tell the transport options that the broker's risks are judged by.
        await AskAsync([PidboxRequest.Stats], cancellationToken).ConfigureAwait(false);
        var running = await GetTasksAsync(new WorkerTaskQuery { States = [WorkerTaskState.Active] }, cancellationToken)
            .ConfigureAwait(false);
        return await _transport.FindRisksAsync(running.Max(static t => t.Age), cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<WorkQueue>> GetQueuesAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var results = await AskAsync([PidboxRequest.Stats, PidboxRequest.ActiveQueues, PidboxRequest.Scheduled], cancellationToken)
            .ConfigureAwait(false);
        var consumers = results[1].Answers.Select(static r => (r.Node, Queues: CeleryConsumer.QueuesOf(r))).ToList();
        var consumed = consumers.SelectMany(static c => c.Queues).Distinct();
        var known = consumed
            .Union(SuspendedQueues())
            .Union(await _transport.FindQueuesAsync(cancellationToken).ConfigureAwait(false))
            .ToList();
        var depths = await _transport.GetDepthsAsync(names.Count > 0 ? names : known, cancellationToken).ConfigureAwait(false);
        var missing = depths.FirstOrDefault(d => d.Ready == 0 && !known.Contains(d.Queue));
        if (missing is not null)
        {
            throw new CeleryException(
                OpsError.QueueNotFound,
                $"Queue '{missing.Queue}' is not known at {Broker}: it holds nothing and no worker consumes it.",
                missing.Queue,
                known.Count > 0 ? $"Known: {string.Join(", ", known)}." : null
            );
        }

        var scheduled = results[2]
            .Answers.SelectMany(CeleryTaskInfo.ParseScheduled)
            .CountBy(static t => t.RoutingKey)
            .ToDictionary(StringComparer.Ordinal);
        var delayed = await _transport.CountDelayedAsync(cancellationToken).ConfigureAwait(false);
        long Delayed(string queue) => known is [var only] && only == queue ? delayed : 0;
        var queues = depths
            .Select(d =>
                ToQueue(d, consumers.Count(c => c.Queues.Contains(d.Queue)), scheduled.GetValueOrDefault(d.Queue) + Delayed(d.Queue))
            )
            .ToList();
        return delayed > 0 && known.Count > 1 && names.Count == 0
            ? [.. queues, ToQueue(new QueueDepth(AllDelayed, 0, 0), 0, delayed)]
            : queues;
    }

    public async Task<IReadOnlyList<QueueWorker>> GetWorkersAsync(CancellationToken cancellationToken)
    {
        var results = await AskAsync(
                [PidboxRequest.Stats, PidboxRequest.Active(), PidboxRequest.Reserved, PidboxRequest.Scheduled, PidboxRequest.ActiveQueues],
                cancellationToken
            )
            .ConfigureAwait(false);
        var now = time.GetUtcNow().UtcDateTime;
        var answered = results[0].Answers.Select(r => ToWorker(CeleryStats.Parse(r), results, now)).ToList();
        List<QueueWorker> workers = [.. await CeleryConsumption.JudgeAsync(answered, _transport, cancellationToken).ConfigureAwait(false)];
        for (var i = 0; i < results[0].Missing; i++)
        {
            workers.Add(
                new QueueWorker
                {
                    Name = "(no answer)",
                    System = Kind,
                    Broker = Broker,
                    State = QueueWorkerState.Unresponsive,
                    SampledAt = now,
                }
            );
        }

        return [.. workers.OrderBy(static w => w.Name, StringComparer.Ordinal)];
    }

    public Task<IReadOnlyList<WorkerTask>> GetTasksAsync(WorkerTaskQuery query, CancellationToken cancellationToken) =>
        new CeleryTasks(_transport, AskAsync, time).ListAsync(query, cancellationToken);

    public Task<IDrainProbe> OpenDrainAsync(DrainRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<IDrainProbe>(new CeleryDrainProbe(open(settings), request, settings, SuspendedQueues, time));

    public Task<IQueueLease> SuspendAsync(SuspendRequest request, CancellationToken cancellationToken) =>
        CelerySuspender.SuspendAsync(open(settings), request, suspensions, time, cancellationToken);

    public async Task<IReadOnlyList<string>> ResumeAsync(QueueSuspension suspension, CancellationToken cancellationToken)
    {
        // Whoever resumes after a crash may not know this installation's prefix or exchange: the record does.
        var own = open(
            suspension.Settings.Count > 0
                ? CelerySettings.Read(
                    new SettingReader(
                        suspension.Settings.ToDictionary(static s => s.Key, static s => (object?)s.Value),
                        "the suspension",
                        0
                    )
                ) with
                {
                    QueueHints = suspension.Queues,
                }
                : settings
        );
        await using var held = own.ConfigureAwait(false);
        var warnings = await new CelerySuspender(own, time).ResumeAsync(suspension, cancellationToken).ConfigureAwait(false);
        suspensions.Remove(suspension.Id);
        return warnings;
    }

    public Task<long> ClearAsync(string queue, CancellationToken cancellationToken) => _transport.ClearAsync(queue, cancellationToken);

    public async Task<TaskStopResult> StopTaskAsync(string id, bool terminate, string? signal, CancellationToken cancellationToken)
    {
        var before = await AskAsync(
                [PidboxRequest.ActiveQueues, PidboxRequest.Active(), PidboxRequest.Reserved, PidboxRequest.Scheduled],
                cancellationToken
            )
            .ConfigureAwait(false);
        if (before[0].Receivers == 0)
        {
            throw CeleryException.NoWorkers(Broker);
        }

        if (!terminate && RunsOn(before[1], id) is { } node)
        {
            return StillRuns(id, node);
        }

        var isKnown =
            CeleryTasks.Claimed(before).Any(t => t.Id == id)
            || (await _transport.GetHeldAsync(cancellationToken).ConfigureAwait(false)).Any(h => h.Message.Id == id);

        // Asked in this order, a task that had begun before the revoke came is in the second answer.
        var after = await AskAsync([Revoke(id, terminate, signal), PidboxRequest.Active()], cancellationToken).ConfigureAwait(false);
        if (!terminate && RunsOn(after[1], id) is { } late)
        {
            return StillRuns(id, late);
        }

        // Workers keep revoked ids in memory only, so a waiting message is better taken out of its queue.
        var queues = before[0]
            .Answers.SelectMany(CeleryConsumer.QueuesOf)
            .Union(await _transport.FindQueuesAsync(cancellationToken).ConfigureAwait(false))
            .ToList();
        var removed = await _transport.RemoveAsync(id, queues, cancellationToken).ConfigureAwait(false);
        var terminated = after[0]
            .Answers.Select(static r => r.Value.Shown)
            .Any(static r => r.Contains("terminate:", StringComparison.Ordinal) && !r.Contains("unknown", StringComparison.Ordinal));
        return new TaskStopResult(id, isKnown || removed || terminated, Describe(after[0], isKnown, removed, terminated));
    }

    public Task<IReadOnlyList<WorkerTask>> FindOrphansAsync(CancellationToken cancellationToken) =>
        new CeleryOrphans(_transport, AskAsync, time).FindAsync(cancellationToken);

    public Task<bool> RestoreTaskAsync(WorkerTask task, CancellationToken cancellationToken) =>
        new CeleryOrphans(_transport, AskAsync, time).RestoreAsync(task, cancellationToken);

    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    private static PidboxRequest Revoke(string id, bool terminate, string? signal)
    {
        var arguments = new JsonObject { ["task_id"] = id, ["terminate"] = terminate };
        if (terminate)
        {
            arguments["signal"] = signal ?? "SIGTERM";
        }

        return new PidboxRequest("revoke", arguments);
    }

    private static string? RunsOn(BroadcastResult active, string id) =>
        active.Answers.SelectMany(CeleryTaskInfo.ParseList).FirstOrDefault(t => t.Id == id)?.Node;

    private static TaskStopResult StillRuns(string id, string node) =>
        new(id, false, $"it runs on {node} and goes on") { IsRunning = true };

    private static string Describe(BroadcastResult revoked, bool isKnown, bool removed, bool terminated)
    {
        var workers = Invariant($"{revoked.Answers.Count()} of {revoked.Receivers} worker(s) will refuse it from now on");
        return removed ? $"taken out of its queue; {workers}"
            : terminated ? $"its process was sent the signal; {workers}"
            : isKnown ? $"a worker holds it; {workers}"
            : $"no worker that answered has it, and no queue that can be searched holds it; {workers}";
    }

    /// <summary>
    /// Asks all workers. That none listens, and that none answers, are two different failures for some callers; here both are in the
    /// results.
    /// </summary>
    private async Task<IReadOnlyList<BroadcastResult>> AskAsync(IReadOnlyList<PidboxRequest> requests, CancellationToken cancellationToken)
    {
        var results = await _transport.BroadcastAsync(requests, ListDeadline, cancellationToken).ConfigureAwait(false);
        foreach (var stats in results.Where(static r => r.Request.Method == "stats").SelectMany(static r => r.Answers))
        {
            _transport.Learn(stats.Value);
        }

        return results[0].Receivers > 0 && results.All(static r => r.Replies.Count == 0)
            ? throw CeleryException.NoReply(Broker, results[0].Receivers)
            : results;
    }

    private WorkQueue ToQueue(QueueDepth depth, int consumers, long scheduled) =>
        new()
        {
            Name = depth.Queue,
            System = Kind,
            Broker = Broker,
            Ready = depth.Ready,
            Unacked = depth.Held ?? 0,
            Scheduled = scheduled,
            Consumers = consumers,
            Freshness = depth.Freshness,
            Suspended = SuspendedBy(depth.Queue, consumers),
            SampledAt = time.GetUtcNow().UtcDateTime,
        };

    // Workers tell what they consume, not what they would: a suspension shows only by our own record of it.
    private SuspensionState SuspendedBy(string queue, int consumers)
    {
        return !SuspendedQueues().Contains(queue) ? SuspensionState.No
            : consumers > 0 ? SuspensionState.Partial
            : SuspensionState.Yes;
    }

    private IEnumerable<string> SuspendedQueues() =>
        suspensions
            .List()
            .Where(s => s.Suspension.System == Kind && s.Suspension.Broker == Broker)
            .SelectMany(static s => s.Suspension.Workers)
            .SelectMany(static w => w.Value)
            .Distinct();

    private QueueWorker ToWorker(CeleryStats stats, IReadOnlyList<BroadcastResult> results, DateTime now)
    {
        int Count(string method, Func<PidboxReply, int> count) =>
            results.Single(r => r.Request.Method == method).Answers.Where(r => r.Node == stats.Node).Sum(count);
        var active = Count("active", static r => CeleryTaskInfo.ParseList(r).Count);
        IReadOnlyList<string> queues =
        [
            .. results
                .Single(static r => r.Request.Method == "active_queues")
                .Answers.Where(r => r.Node == stats.Node)
                .SelectMany(CeleryConsumer.QueuesOf)
                .Distinct(),
        ];
        return new QueueWorker
        {
            Name = stats.Node,
            System = Kind,
            Broker = Broker,
            State =
                active > 0 ? QueueWorkerState.Busy
                : queues.Count == 0 ? QueueWorkerState.Suspended
                : QueueWorkerState.Idle,
            HostName = stats.HostName,
            Pid = stats.Pid,
            ChildPids = stats.ChildPids,
            Queues = queues,
            Concurrency = stats.Concurrency,
            Prefetch = stats.Prefetch,
            Active = active,
            Reserved = Count("reserved", static r => CeleryTaskInfo.ParseList(r).Count),
            Scheduled = Count("scheduled", static r => CeleryTaskInfo.ParseScheduled(r).Count),
            Processed = stats.Accepted,
            Uptime = stats.Uptime,
            SampledAt = now,
        };
    }
}
