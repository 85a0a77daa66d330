using OpsRestart.Adapters.Amqp;

namespace OpsRestart.Adapters.Queues.Celery.OverAmqp;

/// <summary>
/// The connections of workers. A worker that shuts down leaves the control exchange and its queues at once and goes on with what it runs;
/// its connection stays until it has ended. So a connection is remembered once it was a worker's; and one that was such before anybody
/// looked is known by this: its channel has a prefetch, and it consumes nothing.
/// </summary>
internal sealed class AmqpWorkerConnections(string controlExchange)
{
    private const string CelerysLibrary = "py-amqp";
    private readonly string _mailboxSuffix = $".{controlExchange}.pidbox";
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Null: this user is not shown all connections.</summary>
    public async Task<IReadOnlyList<ConsumerConnection>?> FindAsync(
        ManagementApi api,
        IReadOnlyList<string> queues,
        CancellationToken cancellationToken
    )
    {
        try
        {
            // In this order: what consumes is still connected afterwards, or has just left.
            var consumers = await api.GetConsumersAsync(cancellationToken).ConfigureAwait(false);
            var channels = await api.GetChannelsAsync(cancellationToken).ConfigureAwait(false);
            var connections = await api.GetConnectionsAsync(cancellationToken).ConfigureAwait(false);
            return Judge(queues, consumers, channels, connections);
        }
        catch (AmqpException e) when (e.Error != OpsError.ConnectionFailed || char.IsAsciiDigit(e.Code[0]))
        {
            // The API is there and refuses: statistics are switched off, or not for this user.
            return null;
        }
    }

    /// <summary>The queues that a program without a worker's mailbox consumes.</summary>
    public IReadOnlySet<string> FindForeign(IReadOnlyList<BrokerConsumer> consumers)
    {
        var workers = consumers
            .Where(c => c.Queue.EndsWith(_mailboxSuffix, StringComparison.Ordinal))
            .Select(static c => c.Connection)
            .ToHashSet(StringComparer.Ordinal);
        return consumers.Where(c => !workers.Contains(c.Connection)).Select(static c => c.Queue).ToHashSet(StringComparer.Ordinal);
    }

    internal IReadOnlyList<ConsumerConnection>? Judge(
        IReadOnlyList<string> queues,
        IReadOnlyList<BrokerConsumer> consumers,
        IReadOnlyList<BrokerChannel> channels,
        IReadOnlyList<BrokerConnection> connections
    )
    {
        var open = connections.Select(static c => c.Name).ToHashSet(StringComparer.Ordinal);
        var consuming = consumers.Select(static c => c.Connection).ToHashSet(StringComparer.Ordinal);
        var workers = consumers
            .Where(c => c.Connection.Length > 0 && (c.Queue.EndsWith(_mailboxSuffix, StringComparison.Ordinal) || queues.Contains(c.Queue)))
            .Select(static c => c.Connection)
            .ToHashSet(StringComparer.Ordinal);
        if (!workers.IsSubsetOf(open))
        {
            return null;
        }

        _known.UnionWith(workers);
        _known.IntersectWith(open);
        var celerys = connections
            .Where(static c => c.Product == CelerysLibrary)
            .Select(static c => c.Name)
            .ToHashSet(StringComparer.Ordinal);
        var leaving = channels
            .Where(c => c.Consumed && !consuming.Contains(c.Connection) && celerys.Contains(c.Connection))
            .Select(static c => c.Connection);

        // Delivered is unacknowledged at once: there is no such thing as a message on its way that nobody counts.
        return [.. _known.Union(leaving).Select(static name => new ConsumerConnection(name, IsBlocked: true, TimeSpan.Zero))];
    }
}
