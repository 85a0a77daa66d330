namespace OpsRestart.Core.Queues;

/// <summary>
/// Looks at a queue system again and again, with its connections held open, until it is drained. See QUEUES rules in the adapters.
/// </summary>
internal interface IDrainProbe : IAsyncDisposable
{
    /// <summary>One look.</summary>
    /// <exception cref="OpsRestartException">ConnectionFailed: the loop makes a verdict of it, and looks again.</exception>
    Task<DrainObservation> LookAsync(CancellationToken cancellationToken);
}
