namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>
/// What Celery needs of its broker: to ask workers, and to look at messages. Redis and RabbitMQ implement it. One user at a time; each
/// drain, lease and system opens its own. Methods connect again by themselves after the broker was away.
/// </summary>
internal interface ICeleryTransport : IAsyncDisposable
{
    /// <summary>The broker's address, without secrets.</summary>
    string Broker { get; }

    /// <summary>Rises each time a connection was lost: what was known of other connections is then worth nothing.</summary>
    int Interruptions { get; }

    /// <summary>As they were given, with what was found out.</summary>
    CelerySettings Settings { get; }

    /// <summary>
    /// A worker may still take from a queue for a while after the queue was taken from it; then one worker has to be dealt with after the
    /// other.
    /// </summary>
    bool PopsOutlastCancel => false;

    /// <summary>What about this broker can lose work or run it twice, besides tasks that have been running for so long.</summary>
    Task<IReadOnlyList<GraphFinding>> FindRisksAsync(TimeSpan? longestTask, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<GraphFinding>>([]);

    /// <summary>Takes over what a worker's <c>stats</c> tells of its transport options.</summary>
    void Learn(ForeignJson stats);

    /// <summary>Sends commands in order and waits until all replies are there, at most until the deadline.</summary>
    Task<IReadOnlyList<BroadcastResult>> BroadcastAsync(
        IReadOnlyList<PidboxRequest> requests,
        TimeSpan deadline,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Ends the pops that workers wait in now; those that still consume pop again by themselves. Returns how long one may stay open all the
    /// same.
    /// </summary>
    Task<TimeSpan> EndPopsAsync(CancellationToken cancellationToken) => Task.FromResult(TimeSpan.Zero);

    /// <summary>Tasks waiting and held, cheap enough for 20 times a second. Queues: none means that nothing waits.</summary>
    Task<(long Ready, long Held)> CountAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken);

    /// <summary>
    /// Tasks that the broker itself keeps until their time (Celery 5.5 on quorum queues). Asked before S: when its time comes, a task goes
    /// on to its queue.
    /// </summary>
    Task<long> CountDelayedAsync(CancellationToken cancellationToken) => Task.FromResult(0L);

    /// <summary>The connections that take tasks; null where the broker does not show them.</summary>
    Task<IReadOnlyList<ConsumerConnection>?> GetConsumersAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ConsumerConnection>?>(null);

    /// <summary>How many consume each queue; null where that is not counted. Asked where connections are not shown.</summary>
    Task<IReadOnlyDictionary<string, int>?> CountConsumersAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, int>?>(null);

    /// <summary>S of the drain rule: queues, held messages and consumers at one moment.</summary>
    Task<BrokerLook> LookAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken);

    /// <summary>Queues that the broker knows besides those that workers consume.</summary>
    Task<IReadOnlyList<string>> FindQueuesAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<QueueDepth>> GetDepthsAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken);

    /// <summary>Waiting messages, next out first.</summary>
    Task<IReadOnlyList<CeleryMessage>> PeekAsync(string queue, int limit, CancellationToken cancellationToken);

    Task<IReadOnlyList<HeldMessage>> GetHeldAsync(CancellationToken cancellationToken);

    /// <summary>Removes all waiting messages of a queue; returns how many.</summary>
    Task<long> ClearAsync(string queue, CancellationToken cancellationToken);

    /// <summary>Removes one waiting message; false when it was not found.</summary>
    Task<bool> RemoveAsync(string id, IReadOnlyList<string> queues, CancellationToken cancellationToken);

    /// <summary>Puts a held message back to the head of its queue if it is still exactly that.</summary>
    Task<bool> RestoreAsync(HeldMessage message, CancellationToken cancellationToken);

    /// <summary>Yields whenever a worker comes on line, until cancelled. Hints only: some may be missed.</summary>
    IAsyncEnumerable<string> WatchWorkersAsync(CancellationToken cancellationToken);
}

/// <summary>The broker's side at one moment (S in the rule).</summary>
internal sealed record BrokerLook
{
    /// <summary>Tasks in the queues, all priorities; where only their presence was asked for, the number of non-empty lists.</summary>
    public long Ready { get; init; }

    /// <summary>Delivered and not acknowledged.</summary>
    public long HeldCount { get; init; }

    /// <summary>Where only their number is known: the queues that it is of.</summary>
    public IReadOnlySet<string> HeldOf { get; init; } = new HashSet<string>();

    /// <summary>Tasks that the broker keeps until their time, in no work queue.</summary>
    public long Delayed { get; init; }

    /// <summary>Which those are, where the broker can tell; null: only their number is known.</summary>
    public IReadOnlyList<HeldMessage>? Held { get; init; }

    /// <summary>Some of them were gone again before they could be read: look again.</summary>
    public bool HeldChanged { get; init; }

    /// <summary>The workers' task connections; null where the broker does not have such a thing or does not show it.</summary>
    public IReadOnlyList<ConsumerConnection>? Consumers { get; init; }

    public BrokerSight Sight { get; init; }

    /// <summary>
    /// How long a task can stay where neither broker nor workers show it. So long nothing may be seen, and nothing be accepted, before that
    /// counts.
    /// </summary>
    public TimeSpan HiddenFor { get; init; }

    /// <summary>Why this look can prove nothing, whatever it saw; null: it can.</summary>
    public string? Blind { get; init; }
}

/// <summary>How much of where a task can be the broker shows.</summary>
internal enum BrokerSight
{
    /// <summary>
    /// Everything, at one moment: Redis with CLIENT LIST; RabbitMQ with live totals (a delivered message is unacknowledged from then on).
    /// </summary>
    Full,

    /// <summary>Redis without CLIENT LIST: what is on its way to a worker can't be seen.</summary>
    NoConsumers,

    /// <summary>
    /// Only what waits: RabbitMQ without the management API, or with quorum queues, whose other numbers are seconds old. Workers are asked
    /// for the rest.
    /// </summary>
    ReadyOnly,
}

/// <summary>A task that was delivered and is not acknowledged.</summary>
/// <param name="Tag">Its delivery tag.</param>
/// <param name="Message">The task.</param>
/// <param name="Queue">The queue that it came from.</param>
/// <param name="Raw">Exactly what the broker holds, for a compare-and-swap; empty where there is none.</param>
internal sealed record HeldMessage(string Tag, CeleryMessage Message, string Queue, ReadOnlyMemory<byte> Raw);

/// <summary>A worker's connection that pops tasks, as the broker sees it.</summary>
/// <param name="Address">Its remote address.</param>
/// <param name="IsBlocked">It waits in BRPOP, so nothing is on its way to it.</param>
/// <param name="Idle">Since it last asked for a task; whole seconds.</param>
internal sealed record ConsumerConnection(string Address, bool IsBlocked, TimeSpan Idle);

/// <summary>The numbers of one queue. Held is not counted per queue where the broker can't tell (null).</summary>
internal sealed record QueueDepth(string Queue, long Ready, long? Held, string Freshness = "live");
