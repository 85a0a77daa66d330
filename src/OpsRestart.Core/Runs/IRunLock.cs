namespace OpsRestart.Core.Runs;

/// <summary>One run at a time for each graph on this host.</summary>
internal interface IRunLock
{
    /// <summary>Takes the lock; it is free again when the result is disposed or this process dies.</summary>
    /// <exception cref="OpsRestartException">RunInProgress, naming the holder.</exception>
    Task<IHeldRunLock> AcquireAsync(string graph, string runId, GraphOperation operation, CancellationToken cancellationToken);
}
