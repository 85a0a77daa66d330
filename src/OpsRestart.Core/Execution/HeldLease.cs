using OpsRestart.Core.Queues;

namespace OpsRestart.Core.Execution;

/// <summary>
/// A suspension that a run holds. Several starts may let their workers in while the queue is being resumed: one after the other.
/// </summary>
internal sealed class HeldLease(IQueueLease lease) : IAsyncDisposable
{
#pragma warning disable CA2213 // It holds nothing that has to be freed, and a start may still be waiting at it when the lease has ended.
    private readonly SemaphoreSlim _one = new(1, 1);
#pragma warning restore CA2213
    private bool _admits;

    public QueueSuspension Suspension => lease.Suspension;

    /// <inheritdoc cref="IQueueLease.AdmitAsync"/>
    public async Task AdmitAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_admits)
            {
                await lease.AdmitAsync(cancellationToken).ConfigureAwait(false);
                _admits = true;
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc cref="IQueueLease.ResumeAsync"/>
    public async Task<IReadOnlyList<string>> ResumeAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await lease.ResumeAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    public ValueTask DisposeAsync() => lease.DisposeAsync();
}
