using OpsRestart.Adapters.Amqp;

namespace OpsRestart.Adapters.Queues.RabbitMq;

/// <summary>Reads queues from both sides: the management API for all that it tells live, passive declarations for the rest.</summary>
internal sealed class RabbitMqStore : IAsyncDisposable
{
    private readonly AmqpLine _line;
    private readonly QueueCounter _counter;
    private readonly LiveQueues _queues;
    private readonly ManagementAccess _management;

    public RabbitMqStore(AmqpEndpoint endpoint, RabbitMqSettings settings, TimeProvider time)
    {
        _line = new AmqpLine(endpoint);
        _counter = new QueueCounter(_line);
        _queues = new LiveQueues(_counter);
        _management = new ManagementAccess(endpoint, settings.Management, time);
    }

    public AmqpLine Line => _line;

    public string WhyNoManagement => _management.WhyNot;

    public Task<ManagementApi?> FindManagementAsync(CancellationToken cancellationToken) => _management.FindAsync(cancellationToken);

    /// <param name="names">None: all that are durable and shared, or with <paramref name="everything"/> all.</param>
    /// <param name="everything">Mailboxes of programs too, where no names are given.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RabbitMqException">InvalidArgument: no names, and no management API to ask.</exception>
    public async Task<IReadOnlyList<RabbitMqQueueState>> ReadAsync(
        IReadOnlyList<string> names,
        bool everything,
        CancellationToken cancellationToken
    )
    {
        var api = await FindManagementAsync(cancellationToken).ConfigureAwait(false);
        if (api is null && names.Count == 0)
        {
            throw RabbitMqException.NamesNeeded(_line.Endpoint.Display, WhyNoManagement);
        }

        // Consumers first: one that comes later can't have taken anything unseen from before the totals.
        var consumers = (api is null ? [] : await api.GetConsumersAsync(cancellationToken).ConfigureAwait(false)).ToLookup(
            static c => c.Queue,
            StringComparer.Ordinal
        );
        var found = await _queues
            .ReadAsync(api, names, names.Count > 0 ? null : q => everything || q.IsPermanent, cancellationToken)
            .ConfigureAwait(false);
        return
        [
            .. (names.Count > 0 ? names : found.Keys).Select(n =>
                ToState(n, found.GetValueOrDefault(n), api is null ? null : [.. consumers[n]])
            ),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await _counter.DisposeAsync().ConfigureAwait(false);
        await _line.DisposeAsync().ConfigureAwait(false);
        _management.Dispose();
    }

    private static RabbitMqQueueState ToState(string name, QueueTotals? queue, IReadOnlyList<BrokerConsumer>? consumers) =>
        new()
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

/// <summary>One queue at one moment.</summary>
internal sealed record RabbitMqQueueState
{
    public required string Name { get; init; }

    /// <summary>False: there is no such queue.</summary>
    public bool Exists { get; init; } = true;

    /// <summary>classic, quorum or stream; null without the management API.</summary>
    public string? Type { get; init; }

    /// <summary>Always live. Null: the queue can't tell.</summary>
    public long? Ready { get; init; }

    /// <summary>Null: it can't be seen.</summary>
    public long? Unacked { get; init; }

    /// <summary>The number of unacknowledged messages may be as old as a tick of a quorum queue.</summary>
    public bool UnackedIsOld => Type is not null and not "classic";

    public int Consumers { get; init; }

    /// <summary>Consumers among these that never acknowledge: what they work on can't be seen.</summary>
    public int Silent { get; init; }
}
