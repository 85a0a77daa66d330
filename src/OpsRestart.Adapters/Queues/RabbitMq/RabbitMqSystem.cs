using OpsRestart.Adapters.Amqp;
using static System.FormattableString;

namespace OpsRestart.Adapters.Queues.RabbitMq;

/// <summary>
/// Queues of a RabbitMQ virtual host whose consumers are not known: counts, consumers and a drain that is probable, not proven.
/// </summary>
/// <param name="endpoint">The broker.</param>
/// <param name="settings">What the definition says besides.</param>
/// <param name="time">The clock.</param>
/// <param name="planned">The drain that a graph plans for it, to be checked before anything is stopped.</param>
internal sealed class RabbitMqSystem(AmqpEndpoint endpoint, RabbitMqSettings settings, TimeProvider time, DrainRequest? planned = null)
    : IWorkQueueSystem
{
    public const string Kind = "rabbitmq";
    private readonly RabbitMqStore _store = new(endpoint, settings, time);

    public string System => Kind;

    public string Broker => endpoint.Display;

    /// <summary>What the planned drain would be refused for: better known before the first stop.</summary>
    public async Task<IReadOnlyList<GraphFinding>> FindRisksAsync(CancellationToken cancellationToken)
    {
        try
        {
            switch (planned?.Level)
            {
                case null or DrainLevel.None:
                    return [];
                case DrainLevel.Executing:
                    throw RabbitMqException.CannotSuspend(Broker);
                default:
                    await (await OpenDrainAsync(planned, cancellationToken).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
                    return [];
            }
        }
        catch (RabbitMqException e)
        {
            return
            [
                new GraphFinding
                {
                    Severity = FindingSeverity.Error,
                    Code = e.Error.ToString(),
                    Message = e.Message,
                    Target = e.Target,
                    Advice = e.Advice,
                },
            ];
        }
    }

    public async Task<IReadOnlyList<WorkQueue>> GetQueuesAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var queues = await _store.ReadAsync(names, everything: true, cancellationToken).ConfigureAwait(false);
        if (queues.FirstOrDefault(static q => !q.Exists) is { } missing)
        {
            throw RabbitMqException.QueueNotFound(Broker, missing.Name);
        }

        var api = await _store.FindManagementAsync(cancellationToken).ConfigureAwait(false);
        var progress = (api is null ? [] : await api.GetProgressAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(
            static p => p.Name,
            StringComparer.Ordinal
        );
        return [.. queues.Select(q => ToQueue(q, progress.GetValueOrDefault(q.Name)))];
    }

    /// <summary>One for each consumer of a queue; the same program may be several.</summary>
    public async Task<IReadOnlyList<QueueWorker>> GetWorkersAsync(CancellationToken cancellationToken)
    {
        if (await _store.FindManagementAsync(cancellationToken).ConfigureAwait(false) is not { } api)
        {
            // That the broker answers at all is worth knowing even where its consumers can't be listed.
            await _store.Line.GetAsync(cancellationToken).ConfigureAwait(false);
            return [];
        }

        var consumers = await api.GetConsumersAsync(cancellationToken).ConfigureAwait(false);
        var queues = (await _store.ReadAsync([], everything: true, cancellationToken).ConfigureAwait(false)).ToDictionary(
            static q => q.Name,
            StringComparer.Ordinal
        );
        return
        [
            .. consumers
                .Select(c => ToWorker(c, queues.GetValueOrDefault(c.Queue)))
                .OrderBy(static w => w.Queues[0], StringComparer.Ordinal)
                .ThenBy(static w => w.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>
    /// RabbitMQ does not know what consumers run, and shows waiting messages only by delivering them. Asked for what runs alone, it is an
    /// empty list.
    /// </summary>
    public Task<IReadOnlyList<WorkerTask>> GetTasksAsync(WorkerTaskQuery query, CancellationToken cancellationToken)
    {
        return query.States is [WorkerTaskState.Active]
            ? Task.FromResult<IReadOnlyList<WorkerTask>>([])
            : throw RabbitMqException.CannotList(Broker);
    }

    public async Task<IDrainProbe> OpenDrainAsync(DrainRequest request, CancellationToken cancellationToken)
    {
        var probe = new RabbitMqDrainProbe(new RabbitMqStore(endpoint, settings, time), request, settings, time);
        try
        {
            await probe.OpenAsync(cancellationToken).ConfigureAwait(false);
            return probe;
        }
        catch
        {
            await probe.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <exception cref="RabbitMqException">InvalidArgument, always.</exception>
    public Task<IReadOnlyList<string>> FindPausedAsync(SuspendRequest request, CancellationToken cancellationToken) =>
        throw RabbitMqException.CannotSuspend(Broker);

    /// <exception cref="RabbitMqException">InvalidArgument, always.</exception>
    public Task<IQueueLease> SuspendAsync(SuspendRequest request, CancellationToken cancellationToken) =>
        throw RabbitMqException.CannotSuspend(Broker);

    /// <summary>Nothing was suspended, so there is nothing to undo.</summary>
    public Task<IReadOnlyList<string>> ResumeAsync(QueueSuspension suspension, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Messages that consumers hold unacknowledged stay theirs.</summary>
    public async Task<long> ClearAsync(string queue, CancellationToken cancellationToken) =>
        await _store
            .Line.UseAsync(
                $"purging queue '{queue}'",
                queue,
                async (channel, token) => (long)await channel.QueuePurgeAsync(queue, token).ConfigureAwait(false),
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <exception cref="RabbitMqException">InvalidArgument, always.</exception>
    public Task<TaskStopResult> StopTaskAsync(string id, bool terminate, string? signal, CancellationToken cancellationToken) =>
        throw RabbitMqException.CannotStop(Broker);

    /// <summary>None, ever: RabbitMQ itself puts back what a consumer held, the moment its connection is gone.</summary>
    public Task<IReadOnlyList<WorkerTask>> FindOrphansAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<WorkerTask>>([]);

    public Task<bool> RestoreTaskAsync(WorkerTask task, CancellationToken cancellationToken) => Task.FromResult(false);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private WorkQueue ToQueue(RabbitMqQueueState queue, QueueProgress? progress) =>
        new()
        {
            Name = queue.Name,
            System = Kind,
            Broker = Broker,
            Ready = queue.Ready ?? 0,
            IsCounted = queue.Ready is not null,
            Unacked = queue.Unacked ?? 0,
            Done = progress?.Done,
            Rate = progress?.Rate,
            Consumers = queue.Consumers,
            Freshness =
                queue.Ready is null ? "unknown: the queue does not tell its numbers"
                : queue.Unacked is null ? "live; unacknowledged not visible"
                : queue.UnackedIsOld ? Invariant($"live; unacknowledged up to {settings.QuorumTick.TotalSeconds:0.#} s old")
                : "live",
            SampledAt = time.GetUtcNow().UtcDateTime,
        };

    // Whose an unacknowledged message is can only be told where one consumer is alone.
    private QueueWorker ToWorker(BrokerConsumer consumer, RabbitMqQueueState? queue) =>
        new()
        {
            Name = consumer.Tag,
            System = Kind,
            Broker = Broker,
            State =
                queue?.Unacked is not { } unacked || !consumer.Acknowledges ? QueueWorkerState.Unknown
                : unacked == 0 ? QueueWorkerState.Idle
                : queue.Consumers == 1 ? QueueWorkerState.Busy
                : QueueWorkerState.Unknown,
            HostName = consumer.HostName.Length > 0 ? consumer.HostName : null,
            Queues = [consumer.Queue],
            IsConsuming = true,
            Prefetch = consumer.Prefetch > 0 ? consumer.Prefetch : null,
            Reserved = queue is { Consumers: 1, Unacked: { } held } ? (int)Math.Min(held, int.MaxValue) : 0,
            SampledAt = time.GetUtcNow().UtcDateTime,
        };
}
