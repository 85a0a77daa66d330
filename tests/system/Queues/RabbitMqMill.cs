using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace OpsRestart.Tests.System.Queues;

/// <summary>
/// Consumers that are not Celery: each takes a message, works, publishes its children to the next queue, and acknowledges. The books are
/// kept in this process: what was published and is not done, at every moment.
/// </summary>
internal sealed class RabbitMqMill : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, byte> _open = new(StringComparer.Ordinal);
    private readonly List<IConnection> _connections = [];
    private readonly ConnectionFactory _factory;
    private readonly string[] _queues;
    private readonly CancellationTokenSource _over = new();
    private IChannel? _publisher;
    private long _lastDone;
    private long _started;

    private RabbitMqMill(string address, string[] queues)
    {
        _queues = queues;
        _factory = new ConnectionFactory
        {
            Uri = new Uri(address.Replace("//", "/%2F", StringComparison.Ordinal).Replace(":/%2F", "://", StringComparison.Ordinal)),
            NetworkRecoveryInterval = TimeSpan.FromMilliseconds(200),
        };
    }

    /// <summary>Published and not done.</summary>
    public int Open => _open.Count;

    public long Started => Interlocked.Read(ref _started);

    /// <summary>TimeProvider.System's timestamp.</summary>
    public long LastDone => Interlocked.Read(ref _lastDone);

    public static async Task<RabbitMqMill> CreateAsync(string address, string type, params string[] queues)
    {
        var mill = new RabbitMqMill(address, queues);
        var connection = await mill.ConnectAsync();
        mill._publisher = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true)
        );
        foreach (var queue in queues)
        {
            await mill._publisher.QueueDeclareAsync(
                queue,
                durable: true,
                exclusive: false,
                autoDelete: false,
                new Dictionary<string, object?> { ["x-queue-type"] = type }
            );
        }

        return mill;
    }

    /// <summary>A message whose children, down to this depth, go from queue to queue.</summary>
    public Task SendAsync(int depth, int milliseconds) => PublishAsync(_publisher!, 0, depth, milliseconds);

    /// <summary>A program that consumes all queues. Disposing it without acknowledging is what a kill does to the broker.</summary>
    public async Task<IConnection> StartConsumerAsync(ushort prefetch = 3, bool autoAck = false)
    {
        var connection = await ConnectAsync();
        foreach (var (queue, index) in _queues.Select((q, i) => (q, i)))
        {
            var channel = await connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true)
            );
            await channel.BasicQosAsync(0, prefetch, global: false);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += (_, message) => WorkAsync(channel, message, index, autoAck);
            await channel.BasicConsumeAsync(queue, autoAck, consumer);
        }

        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        if (_publisher is { IsOpen: true })
        {
            foreach (var queue in _queues)
            {
                await _publisher.QueueDeleteAsync(queue);
            }
        }

        foreach (var connection in _connections)
        {
            await connection.CloseAsync(200, "done", TimeSpan.FromSeconds(2), abort: true);
            await connection.DisposeAsync();
        }

        _over.Dispose();
    }

    private async Task<IConnection> ConnectAsync()
    {
        var connection = await _factory.CreateConnectionAsync();
        _connections.Add(connection);
        return connection;
    }

    private async Task WorkAsync(IChannel channel, BasicDeliverEventArgs message, int queue, bool autoAck)
    {
        Interlocked.Increment(ref _started);
        var parts = Encoding.UTF8.GetString(message.Body.Span).Split(' ');
        var (id, depth, milliseconds) = (
            parts[0],
            int.Parse(parts[1], CultureInfo.InvariantCulture),
            int.Parse(parts[2], CultureInfo.InvariantCulture)
        );
        try
        {
            await Task.Delay(milliseconds, _over.Token);
            for (var child = 0; depth > 0 && child <= depth % 2; child++)
            {
                await PublishAsync(channel, (queue + 1 + child) % _queues.Length, depth - 1, milliseconds);
            }

            if (!channel.IsOpen)
            {
                return;
            }

            // Done is before acknowledged: a verdict that comes between the two would be true.
            Interlocked.Exchange(ref _lastDone, TimeProvider.System.GetTimestamp());
            _open.TryRemove(id, out _);
            if (!autoAck)
            {
                await channel.BasicAckAsync(message.DeliveryTag, multiple: false);
            }
        }
        catch (Exception e) when (e is RabbitMQ.Client.Exceptions.RabbitMQClientException or OperationCanceledException)
        {
            // The connection is gone, or the test is over: the broker delivers the message again, to this consumer or another.
        }
    }

    private async Task PublishAsync(IChannel channel, int queue, int depth, int milliseconds)
    {
        var id = Guid.NewGuid().ToString("N");
        _open[id] = 0;
        try
        {
            await channel.BasicPublishAsync(
                "",
                _queues[queue],
                mandatory: true,
                new BasicProperties { Persistent = true },
                Encoding.UTF8.GetBytes($"{id} {depth} {milliseconds}")
            );
        }
        catch (RabbitMQ.Client.Exceptions.RabbitMQClientException)
        {
            // Not confirmed: its parent was not acknowledged either, and publishes another when it is delivered again.
            _open.TryRemove(id, out _);
            throw;
        }
    }
}
