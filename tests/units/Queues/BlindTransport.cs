using OpsRestart.Adapters.Queues.Celery;
using OpsRestart.Adapters.Wire;

namespace OpsRestart.Tests.Units.Queues;

/// <summary>A broker that does not show who is connected to it, and counts the consumers of each queue or does not.</summary>
internal sealed class BlindTransport(IReadOnlyDictionary<string, int>? counts) : ICeleryTransport
{
    public string Broker => "amqp://test";

    public int Interruptions => 0;

    public CelerySettings Settings { get; } = new();

    public void Learn(ForeignJson stats) { }

    public Task<IReadOnlyDictionary<string, int>?> CountConsumersAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken) =>
        Task.FromResult(counts);

    public Task<IReadOnlyList<BroadcastResult>> BroadcastAsync(
        IReadOnlyList<PidboxRequest> requests,
        TimeSpan deadline,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public Task<(long Ready, long Held)> CountAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<BrokerLook> LookAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<string>> FindQueuesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<QueueDepth>> GetDepthsAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<CeleryMessage>> PeekAsync(string queue, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<HeldMessage>> GetHeldAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> ClearAsync(string queue, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> RemoveAsync(string id, IReadOnlyList<string> queues, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<bool> RestoreAsync(HeldMessage message, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<string> WatchWorkersAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
