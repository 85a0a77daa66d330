namespace OpsRestart.Adapters.Queues;

/// <summary>A way to queue one task and to see what became of it; a connection of its own.</summary>
internal interface ITaskTrial : IAsyncDisposable
{
    /// <summary>Queues it, so that it expires when nobody took it for so long.</summary>
    Task SendAsync(TrialTask task, TimeSpan expires, CancellationToken cancellationToken);

    /// <summary>How it ended; null: not yet.</summary>
    Task<TrialEnd?> LookAsync(TrialTask task, CancellationToken cancellationToken);

    /// <summary>
    /// Takes it out of its queue, if it still waits there, and its result away. True: it waited. Null: that can't be known; it expires.
    /// </summary>
    Task<bool?> RemoveAsync(TrialTask task, CancellationToken cancellationToken);
}

/// <summary>A task to be queued.</summary>
/// <param name="Id">New each time.</param>
/// <param name="Name">The task, as its workers know it.</param>
/// <param name="Queue">Where.</param>
/// <param name="Arguments">Positional ones, texts.</param>
internal sealed record TrialTask(string Id, string Name, string Queue, IReadOnlyList<string> Arguments);

/// <summary>How a task ended.</summary>
/// <param name="Succeeded">It did what it should.</param>
/// <param name="Said">Its result, or its error.</param>
internal sealed record TrialEnd(bool Succeeded, string Said);
