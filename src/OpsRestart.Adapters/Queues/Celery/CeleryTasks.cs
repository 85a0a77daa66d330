namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Lists tasks: from workers what they have, from the broker what waits and what nobody admits to have.</summary>
internal sealed class CeleryTasks(
    ICeleryTransport transport,
    Func<IReadOnlyList<PidboxRequest>, CancellationToken, Task<IReadOnlyList<BroadcastResult>>> ask,
    TimeProvider time
)
{
    private static readonly WorkerTaskState[] OfWorkers = [WorkerTaskState.Active, WorkerTaskState.Reserved, WorkerTaskState.Scheduled];

    public async Task<IReadOnlyList<WorkerTask>> ListAsync(WorkerTaskQuery query, CancellationToken cancellationToken)
    {
        IReadOnlyList<WorkerTaskState> states = query.States.Count > 0 ? query.States : OfWorkers;
        var results = await ask(
                [PidboxRequest.Stats, PidboxRequest.ActiveQueues, PidboxRequest.Active(), PidboxRequest.Reserved, PidboxRequest.Scheduled],
                cancellationToken
            )
            .ConfigureAwait(false);
        if (results[0].Receivers == 0 && states.Any(OfWorkers.Contains) && !states.Contains(WorkerTaskState.Ready))
        {
            throw CeleryException.NoWorkers(transport.Broker);
        }

        var held = await transport.GetHeldAsync(cancellationToken).ConfigureAwait(false);
        var ofWorkers = OfWorkersNow(results, held);
        List<WorkerTask> tasks = [.. ofWorkers];
        if (states.Contains(WorkerTaskState.Unknown) || query.States.Count == 0)
        {
            tasks.AddRange(Unclaimed(held, ofWorkers, results));
        }

        if (states.Contains(WorkerTaskState.Ready))
        {
            tasks.AddRange(await WaitingAsync(query, results[1], cancellationToken).ConfigureAwait(false));
        }

        var wanted = query.States.Count > 0 ? query.States : [.. OfWorkers, WorkerTaskState.Unknown];
        return [.. tasks.Where(t => wanted.Contains(t.State) && (query.Queues.Count == 0 || query.Queues.Contains(t.Queue)))];
    }

    public static IReadOnlyList<CeleryTaskInfo> Claimed(IReadOnlyList<BroadcastResult> results) =>
        [
            .. results
                .Where(static r => r.Request.Method is "active" or "reserved")
                .SelectMany(static r => r.Answers)
                .SelectMany(CeleryTaskInfo.ParseList),
            .. results
                .Where(static r => r.Request.Method == "scheduled")
                .SelectMany(static r => r.Answers)
                .SelectMany(CeleryTaskInfo.ParseScheduled),
        ];

    public WorkerTask FromHeld(HeldMessage held, WorkerTaskState state) =>
        FromMessage(held.Message, held.Queue, state) with
        {
            Acknowledged = false,
        };

    private List<WorkerTask> OfWorkersNow(IReadOnlyList<BroadcastResult> results, IReadOnlyList<HeldMessage> held)
    {
        var messages = held.Where(static h => h.Message.Id.Length > 0)
            .DistinctBy(static h => h.Message.Id)
            .ToDictionary(static h => h.Message.Id, StringComparer.Ordinal);
        IEnumerable<WorkerTask> Of(string method, Func<PidboxReply, IReadOnlyList<CeleryTaskInfo>> parse, WorkerTaskState state) =>
            results
                .Where(r => r.Request.Method == method)
                .SelectMany(static r => r.Answers)
                .SelectMany(parse)
                .Select(t => FromInfo(t, state, messages.GetValueOrDefault(t.Id)));
        return
        [
            .. Of("active", CeleryTaskInfo.ParseList, WorkerTaskState.Active),
            .. Of("reserved", CeleryTaskInfo.ParseList, WorkerTaskState.Reserved),
            .. Of("scheduled", CeleryTaskInfo.ParseScheduled, WorkerTaskState.Scheduled),
        ];
    }

    // Rate-limited tasks are in no list of a worker, and a worker that does not answer lists nothing: both show here as unknown, not as
    // orphans.
    private IEnumerable<WorkerTask> Unclaimed(
        IReadOnlyList<HeldMessage> held,
        List<WorkerTask> ofWorkers,
        IReadOnlyList<BroadcastResult> results
    )
    {
        var claimed = ofWorkers.Select(static t => t.Id).ToHashSet(StringComparer.Ordinal);
        return results[0].Receivers == 0
            ? []
            : held.Where(h => !claimed.Contains(h.Message.Id)).Select(h => FromHeld(h, WorkerTaskState.Unknown));
    }

    private async Task<IReadOnlyList<WorkerTask>> WaitingAsync(
        WorkerTaskQuery query,
        BroadcastResult activeQueues,
        CancellationToken cancellationToken
    )
    {
        var queues =
            query.Queues.Count > 0
                ? query.Queues
                :
                [
                    .. activeQueues
                        .Answers.SelectMany(CeleryConsumer.QueuesOf)
                        .Union(await transport.FindQueuesAsync(cancellationToken).ConfigureAwait(false)),
                ];
        var tasks = new List<WorkerTask>();
        foreach (var queue in queues)
        {
            var messages = await transport.PeekAsync(queue, query.WaitingLimit, cancellationToken).ConfigureAwait(false);
            tasks.AddRange(messages.Select(m => FromMessage(m, queue, WorkerTaskState.Ready)));
        }

        return tasks;
    }

    private WorkerTask FromMessage(CeleryMessage message, string queue, WorkerTaskState state) =>
        new()
        {
            Id = message.Id,
            Name = message.Name,
            System = CelerySystem.Kind,
            Broker = transport.Broker,
            Queue = queue,
            State = state,
            Eta = message.Eta,
            Retries = message.Retries,
            Redelivered = message.Redelivered,
            Arguments = message.Arguments,
            SampledAt = time.GetUtcNow().UtcDateTime,
        };

    private WorkerTask FromInfo(CeleryTaskInfo task, WorkerTaskState state, HeldMessage? held) =>
        new()
        {
            Id = task.Id,
            Name = task.Name,
            System = CelerySystem.Kind,
            Broker = transport.Broker,
            Queue = held?.Queue ?? task.RoutingKey,
            State = state,
            Worker = task.Node,
            Pid = task.Pid,
            Since = task.Started,
            Eta = task.Eta ?? held?.Message.Eta,
            Acknowledged = task.Acknowledged,
            Redelivered = task.Redelivered,
            Retries = held?.Message.Retries,
            Arguments = task.Arguments,
            SampledAt = time.GetUtcNow().UtcDateTime,
        };
}
