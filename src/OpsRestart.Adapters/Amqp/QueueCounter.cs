using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OpsRestart.Adapters.Amqp;

/// <summary>
/// Counts waiting messages by passive declaration, on one channel that is opened again whenever a missing queue has closed it.
/// </summary>
internal sealed class QueueCounter(AmqpLine line) : IAsyncDisposable
{
    private IChannel? _channel;

    /// <summary>Null: there is no such queue.</summary>
    /// <exception cref="AmqpException">AccessDenied, ConnectionFailed.</exception>
    public async Task<QueueCount?> CountAsync(string queue, CancellationToken cancellationToken)
    {
        if (_channel is not { IsOpen: true })
        {
            await CloseAsync().ConfigureAwait(false);
            _channel = await line.OpenChannelAsync(null, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            var asked = _channel;
            var counted = await line.BoundAsync(() => asked.QueueDeclarePassiveAsync(queue, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
            return new QueueCount(counted.MessageCount, (int)counted.ConsumerCount);
        }
        catch (OperationInterruptedException e) when (AmqpFailure.CodeOf(e) == AmqpFailure.NotFound)
        {
            return null;
        }
        catch (Exception e) when (AmqpFailure.IsForeseen(e, cancellationToken))
        {
            // An answer that comes too late must not be taken for that to the next question.
            await CloseAsync().ConfigureAwait(false);
            throw AmqpFailure.During(line.Endpoint, $"counting queue '{queue}'", queue, e);
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    private async Task CloseAsync()
    {
        if (_channel is { } old)
        {
            _channel = null;
            await line.LeaveAsync(old).ConfigureAwait(false);
        }
    }
}

/// <summary>
/// What a passive declaration tells of a queue; live for classic and quorum queues. What was delivered and not acknowledged is in neither
/// number.
/// </summary>
internal sealed record QueueCount(long Ready, int Consumers);
