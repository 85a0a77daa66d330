using OpsRestart.Adapters.Amqp;

namespace OpsRestart.Adapters.Queues.RabbitMq;

/// <summary>Reads queues from both sides: the management API for all that it tells live, passive declarations for the rest.</summary>
internal sealed class RabbitMqReader : IAsyncDisposable
{
    private readonly AmqpLine line;
    private readonly QueueCounter counter;
    private readonly LiveQueues queues;
    private readonly ManagementAccess management;

    public RabbitMqReader(AmqpEndpoint endpoint, RabbitMqSettings settings, TimeProvider time)
    {
        line = new AmqpLine(endpoint);
        counter = new QueueCounter(line);
        queues = new LiveQueues(counter);
        management = new ManagementAccess(endpoint, settings.Management, time);
    }

    public AmqpLine Line => line;

    public string WhyNoManagement => management.WhyNot;

    public Task<ManagementApi?> FindManagementAsync(CancellationToken cancellationToken) => management.FindAsync(cancellationToken);

    /// <param name="names">None: all that are durable and shared, or with <paramref name="everything"/> all.</param>
    /// <param name="everything">Mailboxes of programs too, where no names are given.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RabbitMqException">InvalidArgument: no names, and no management API to ask.</exception>
    public async Task<IReadOnlyList<RabbitMqQueueState>> ReadAsync(IReadOnlyList<string> names, bool everything, CancellationToken cancellationToken)
    {
        var api = await FindManagementAsync(cancellationToken).ConfigureAwait(false);
        if (api is null && names.Count == 0)
        {
            throw RabbitMqException.NamesNeeded(line.Endpoint.Display, WhyNoManagement);
        }

        // Consumers first: one that comes later can't have taken anything unseen from before the totals.
        var consumers = (api is null ? [] : await api.GetConsumersAsync(cancellationToken).ConfigureAwait(false)).ToLookup(static c => c.Queue, StringComparer.Ordinal);
        var found = await queues.ReadAsync(api, names, names.Count > 0 ? null : q => everything || q.IsPermanent, cancellationToken).ConfigureAwait(false);
        return [.. (names.Count > 0 ? names : found.Keys).Select(n => ToState(n, found.GetValueOrDefault(n), api is null ? null : [.. consumers[n]]))];
    }

    public async ValueTask DisposeAsync()
    {
        await counter.DisposeAsync().ConfigureAwait(false);
        await line.DisposeAsync().ConfigureAwait(false);
        management.Dispose();
    }

    private static RabbitMqQueueState ToState(string name, QueueTotals? queue, IReadOnlyList<BrokerConsumer>? consumers) => new()
    {
        Name = name,
        Exists = queue is not null,
        Type = queue is { Type.Length: > 0 } ? queue.Type : null,
        Ready = queue?.Ready,
        Unacked = queue?.Unacked,
        Consumers = consumers?.Count ?? queue?.Consumers ?? 0,
        Silent = consumers?.Count(static c => !c.Acknowledges) ?? 0,
    };
}
