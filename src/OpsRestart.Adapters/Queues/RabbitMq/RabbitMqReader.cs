using OpsRestart.Adapters.Amqp;

namespace OpsRestart.Adapters.Queues.RabbitMq;

/// <summary>Reads queues from both sides: the management API for all that it tells live, passive declarations for the rest.</summary>
internal sealed class RabbitMqReader : IAsyncDisposable
{
    private readonly AmqpLine line;
    private readonly QueueCounter counter;
    private readonly ManagementAccess management;

    public RabbitMqReader(AmqpEndpoint endpoint, RabbitMqSettings settings, TimeProvider time)
    {
        line = new AmqpLine(endpoint);
        counter = new QueueCounter(line);
        management = new ManagementAccess(endpoint, settings.Management, time);
    }

    public AmqpLine Line => line;

    public string WhyNoManagement => management.WhyNot;

    public Task<ManagementApi?> FindManagementAsync(CancellationToken cancellationToken) => management.FindAsync(cancellationToken);

    /// <param name="names">None: all that are durable and shared, or with <paramref name="everything"/> all.</param>
    /// <param name="everything">Mailboxes of programs too, where no names are given.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RabbitMqException">InvalidArgument: no names, and no management API to ask.</exception>
    public async Task<IReadOnlyList<RabbitMqQueueState>> ReadAsync(IReadOnlyList<string> names, bool everything, CancellationToken cancellationToken) =>
        await FindManagementAsync(cancellationToken).ConfigureAwait(false) is { } api ? await ReadAsync(api, names, everything, cancellationToken).ConfigureAwait(false)
            : names.Count == 0 ? throw RabbitMqException.NamesNeeded(line.Endpoint.Display, WhyNoManagement)
            : [.. (await counter.CountAsync(names, cancellationToken).ConfigureAwait(false)).Select(static c => ToState(c.Key, c.Value))];

    public async ValueTask DisposeAsync()
    {
        await counter.DisposeAsync().ConfigureAwait(false);
        await line.DisposeAsync().ConfigureAwait(false);
        management.Dispose();
    }

    private async Task<IReadOnlyList<RabbitMqQueueState>> ReadAsync(ManagementApi api, IReadOnlyList<string> names, bool everything, CancellationToken cancellationToken)
    {
        // Consumers first: one that comes later can't have taken anything from before the totals unseen.
        var consumers = (await api.GetConsumersAsync(cancellationToken).ConfigureAwait(false)).ToLookup(static c => c.Queue, StringComparer.Ordinal);
        var totals = (await api.GetQueuesAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(static q => q.Name, StringComparer.Ordinal);
        var wanted = names.Count > 0 ? names.Select(n => (Name: n, Totals: totals.GetValueOrDefault(n))) : totals.Values.Where(q => everything || q.IsPermanent).Select(static q => (q.Name, Totals: (QueueTotals?)q));
        var states = new List<RabbitMqQueueState>();
        foreach (var (name, queue) in wanted)
        {
            states.Add(queue is null ? new RabbitMqQueueState { Name = name, Exists = false } : new RabbitMqQueueState
            {
                Name = name,
                Type = queue.Type,
                Ready = queue.IsLive ? queue.Ready : (await counter.CountAsync(name, cancellationToken).ConfigureAwait(false))?.Ready,
                Unacked = queue.Unacked,
                Consumers = consumers[name].Count(),
                Silent = consumers[name].Count(static c => !c.Acknowledges),
            });
        }

        return states;
    }

    private static RabbitMqQueueState ToState(string name, QueueCount? count) => count is null
        ? new RabbitMqQueueState { Name = name, Exists = false }
        : new RabbitMqQueueState { Name = name, Ready = count.Ready, Consumers = count.Consumers };
}
