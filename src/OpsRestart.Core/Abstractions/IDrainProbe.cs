namespace OpsRestart.Core.Abstractions;

/// <summary>Looks at a queue system again and again, with its connections held open, until it is drained. See QUEUES rules in the adapters.</summary>
public interface IDrainProbe : IAsyncDisposable
{
    /// <summary>One look. Failing to reach the broker is a verdict, not an exception; only cancellation throws.</summary>
    Task<DrainObservation> LookAsync(CancellationToken cancellationToken);
}
