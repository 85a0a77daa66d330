using OpsRestart.Adapters.Wire;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>
/// What Celery needs of its broker: to ask workers, and to look at messages. Redis and RabbitMQ implement it. One user at a time; each drain,
/// lease and system opens its own. Methods connect again by themselves after the broker was away.
/// </summary>
internal interface ICeleryTransport : IAsyncDisposable
{
    /// <summary>The broker's address, without secrets.</summary>
    string Broker { get; }

    /// <summary>Rises each time a connection was lost: what was known of other connections is then worth nothing.</summary>
    int Interruptions { get; }

    /// <summary>As they were given, with what was found out.</summary>
    CelerySettings Settings { get; }

    /// <summary>A worker may still take from a queue for a while after the queue was taken from it; then one worker has to be dealt with after the other.</summary>
    bool PopsOutlastCancel => false;

    /// <summary>What about this broker can lose work or run it twice, beside tasks that have been running for so long.</summary>
    Task<IReadOnlyList<GraphFinding>> FindRisksAsync(TimeSpan? longestTask, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<GraphFinding>>([]);

    /// <summary>Takes over what a worker's <c>stats</c> tells of its transport options.</summary>
    void Learn(ForeignJson stats);

    /// <summary>Sends commands in order and waits until all replies are there, at most until the deadline.</summary>
    Task<IReadOnlyList<BroadcastResult>> BroadcastAsync(IReadOnlyList<PidboxRequest> requests, TimeSpan deadline, CancellationToken cancellationToken);

    /// <summary>Ends the pops that workers wait in now; those that still consume pop again by themselves. Returns how long one may stay open all the same.</summary>
    Task<TimeSpan> EndPopsAsync(CancellationToken cancellationToken) => Task.FromResult(TimeSpan.Zero);

    /// <summary>Tasks waiting and held, cheap enough for 20 times a second. Queues: none means that nothing waits.</summary>
    Task<(long Ready, long Held)> CountAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken);

    /// <summary>Tasks that the broker itself keeps until their time (Celery 5.5 on quorum queues). Asked before S: when its time comes, a task goes on to its queue.</summary>
    Task<long> CountDelayedAsync(CancellationToken cancellationToken) => Task.FromResult(0L);

    /// <summary>The connections that take tasks; null where the broker does not show them.</summary>
    Task<IReadOnlyList<ConsumerConnection>?> GetConsumersAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ConsumerConnection>?>(null);

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
