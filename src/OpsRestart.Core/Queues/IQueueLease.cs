namespace OpsRestart.Core.Queues;

/// <summary>
/// A suspension that this process holds and renews. Disposing without <see cref="ResumeAsync"/> stops the renewal only: the suspension then
/// expires by itself where the system can do that.
/// </summary>
internal interface IQueueLease : IAsyncDisposable
{
    QueueSuspension Suspension { get; }

    /// <summary>
    /// Workers that start from now on are neither hindered nor suspended; those that are suspended stay so until <see cref="ResumeAsync"/>,
    /// where the system can tell them apart. Idempotent.
    /// </summary>
    Task AdmitAsync(CancellationToken cancellationToken);

    /// <summary>Undoes exactly what this suspension did, and verifies it. Idempotent. Returns warnings for people.</summary>
    Task<IReadOnlyList<string>> ResumeAsync(CancellationToken cancellationToken);
}
