namespace OpsRestart.Core.Queues;

/// <summary>
/// Celery on Redis, Celery on RabbitMQ, RQ, or plain RabbitMQ queues at one broker. Thrown failures are the adapter's
/// <see cref="OpsRestartException"/>: ConnectionFailed (unreachable), NoWorkers, NoReply and QueueNotFound are four different things and
/// never mean "empty".
/// </summary>
internal interface IWorkQueueSystem : IAsyncDisposable
{
    /// <summary>celery, rq or rabbitmq.</summary>
    string System { get; }

    /// <summary>The broker's address, without secrets.</summary>
    string Broker { get; }

    /// <summary>
    /// What, as the broker and its workers are set up, can lose work or run it twice. Warnings; none where the system can't tell.
    /// </summary>
    Task<IReadOnlyList<GraphFinding>> FindRisksAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<GraphFinding>>([]);

    Task<IReadOnlyList<WorkQueue>> GetQueuesAsync(IReadOnlyList<string> names, CancellationToken cancellationToken);

    Task<IReadOnlyList<QueueWorker>> GetWorkersAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<WorkerTask>> GetTasksAsync(WorkerTaskQuery query, CancellationToken cancellationToken);

    /// <summary>Opens the connections that a drain needs.</summary>
    Task<IDrainProbe> OpenDrainAsync(DrainRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// The queues that a suspension would pause: more than it names where the system can't suspend less. None: simply all.
    /// </summary>
    /// <exception cref="OpsRestartException">InvalidArgument: exactly what is named can't be suspended, or nothing can;
    /// QueueNotFound.</exception>
    async Task<IReadOnlyList<string>> FindPausedAsync(SuspendRequest request, CancellationToken cancellationToken)
    {
        return request.Queues.Count == 0
            ? []
            : [.. (await GetQueuesAsync(request.Queues, cancellationToken).ConfigureAwait(false)).Select(static q => q.Name)];
    }

    /// <summary>Workers stop taking new work. Returns once that is true of every worker that answered.</summary>
    /// <exception cref="OpsRestartException">InvalidArgument: this system has no such switch.</exception>
    Task<IQueueLease> SuspendAsync(SuspendRequest request, CancellationToken cancellationToken);

    /// <summary>Undoes a suspension whose owner is gone, or one that the caller was told of. Returns warnings for people.</summary>
    Task<IReadOnlyList<string>> ResumeAsync(QueueSuspension suspension, CancellationToken cancellationToken);

    /// <summary>Removes all waiting tasks of one queue; returns how many.</summary>
    Task<long> ClearAsync(string queue, CancellationToken cancellationToken);

    /// <summary>Revokes a task that has not begun; with terminate, ends one that runs.</summary>
    Task<TaskStopResult> StopTaskAsync(string id, bool terminate, string? signal, CancellationToken cancellationToken);

    /// <summary>Tasks that no live worker has and no queue holds.</summary>
    Task<IReadOnlyList<WorkerTask>> FindOrphansAsync(CancellationToken cancellationToken);

    /// <summary>Puts an orphan back into its queue, atomically; false when it was no orphan any more.</summary>
    Task<bool> RestoreTaskAsync(WorkerTask task, CancellationToken cancellationToken);
}
