using RabbitMQ.Client;

namespace OpsRestart.Adapters.Amqp;

/// <summary>A connection to a broker that is opened at its first use, and again at the next use after it was lost.</summary>
internal sealed class AmqpLine(AmqpEndpoint endpoint) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim gate = new(1, 1);
    private IConnection? connection;
    private int interruptions;

    public AmqpEndpoint Endpoint => endpoint;

    /// <summary>Rises the moment a connection is lost.</summary>
    public int Interruptions => Volatile.Read(ref interruptions);

    /// <exception cref="AmqpException">ConnectionFailed, AuthenticationFailed, AccessDenied.</exception>
    public async Task<IConnection> GetAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (connection is { IsOpen: true } open)
            {
                return open;
            }

            await CloseAsync().ConfigureAwait(false);
            return connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Does something on a channel of its own: a refusal (404, 405 …) closes the channel that it happens on, and nothing else.</summary>
    /// <param name="what">What is being done, for messages.</param>
    /// <param name="target">The queue concerned, or null.</param>
    /// <param name="use">What to do.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="AmqpException">QueueNotFound, AccessDenied, ConnectionFailed.</exception>
    public async Task<T> UseAsync<T>(string what, string? target, Func<IChannel, CancellationToken, Task<T>> use, CancellationToken cancellationToken)
    {
        var channel = await OpenChannelAsync(null, cancellationToken).ConfigureAwait(false);
        await using var _ = channel.ConfigureAwait(false);
        return await GuardAsync(what, target, () => use(channel, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public async Task<IChannel> OpenChannelAsync(CreateChannelOptions? options, CancellationToken cancellationToken)
    {
        var open = await GetAsync(cancellationToken).ConfigureAwait(false);
        return await GuardAsync("opening a channel", null, () => open.CreateChannelAsync(options, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs it, and turns what the client throws into <see cref="AmqpException"/>.</summary>
    public async Task<T> GuardAsync<T>(string what, string? target, Func<Task<T>> run, CancellationToken cancellationToken)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (Exception e) when (AmqpFailure.IsForeseen(e, cancellationToken))
        {
            throw AmqpFailure.During(endpoint, what, target, e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        gate.Dispose();
    }

    private async Task<IConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            var opened = await Factory().CreateConnectionAsync([.. endpoint.Hosts.Select(Node)], cancellationToken).ConfigureAwait(false);
            opened.ConnectionShutdownAsync += NoteLossAsync;

            // The client does not wait for the virtual host's yes or no: the first channel hears it.
            var channel = await opened.CreateChannelAsync(null, cancellationToken).ConfigureAwait(false);
            await channel.DisposeAsync().ConfigureAwait(false);
            return opened;
        }
        catch (Exception e) when (AmqpFailure.IsForeseen(e, cancellationToken))
        {
            throw AmqpFailure.Connecting(endpoint, e);
        }
    }

    private Task NoteLossAsync(object sender, RabbitMQ.Client.Events.ShutdownEventArgs reason)
    {
        if (reason.Initiator != ShutdownInitiator.Application)
        {
            Interlocked.Increment(ref interruptions);
        }

        return Task.CompletedTask;
    }

    // The client's own recovery is off: it hides that the broker was away, which a drain has to know.
    private ConnectionFactory Factory() => new()
    {
        UserName = endpoint.User,
        Password = endpoint.Password,
        VirtualHost = endpoint.VirtualHost,
        AutomaticRecoveryEnabled = false,
        TopologyRecoveryEnabled = false,
        RequestedConnectionTimeout = Patience,
        HandshakeContinuationTimeout = Patience,
        ContinuationTimeout = Patience,
        SocketReadTimeout = Patience,
        SocketWriteTimeout = Patience,
        RequestedHeartbeat = TimeSpan.FromSeconds(10),
        ClientProvidedName = "opsrestart",
    };

    private AmqpTcpEndpoint Node(AmqpHost host) => new(host.Name, host.Port, !endpoint.Tls ? new SslOption() : new SslOption(host.Name, enabled: true)
    {
        CertificateValidationCallback = endpoint.TlsOptions.Check(),
        Certs = endpoint.TlsOptions.ClientCertificates(),
    });

    private async Task CloseAsync()
    {
        if (connection is not { } old)
        {
            return;
        }

        connection = null;
        old.ConnectionShutdownAsync -= NoteLossAsync;
        try
        {
            await old.CloseAsync(200, "done", TimeSpan.FromSeconds(1), abort: true, CancellationToken.None).ConfigureAwait(false);
            await old.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (AmqpFailure.IsForeseen(e, CancellationToken.None))
        {
            // It is gone already.
        }
    }
}
