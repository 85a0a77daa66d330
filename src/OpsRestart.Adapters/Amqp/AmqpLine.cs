using RabbitMQ.Client;

namespace OpsRestart.Adapters.Amqp;

/// <summary>
/// A connection to a broker that is opened at its first use, and again at the next use after it was lost. Nothing on it waits for a silent broker for longer
/// than its patience.
/// </summary>
internal sealed class AmqpLine(AmqpEndpoint endpoint) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // The client's own patience with one answer is the shorter one: this is for where it has none.
    private static readonly TimeSpan Longest = Patience + TimeSpan.FromSeconds(1);

    /// <summary>The largest message that is taken, and the largest frame that memory is given to.</summary>
    internal const uint LargestMessage = 16 * 1024 * 1024;

    private readonly SemaphoreSlim gate = new(1, 1);
    private AmqpLink? link;
    private int interruptions;

    public AmqpEndpoint Endpoint => endpoint;

    /// <summary>Rises the moment a connection is lost.</summary>
    public int Interruptions => Volatile.Read(ref interruptions);

    /// <exception cref="AmqpException">ConnectionFailed, AuthenticationFailed, AccessDenied.</exception>
    public async Task<IConnection> GetAsync(CancellationToken cancellationToken) => (await LinkAsync(cancellationToken).ConfigureAwait(false)).Connection;

    /// <summary>Does something on a channel of its own: a refusal (404, 405 …) closes the channel that it happens on, and nothing else.</summary>
    /// <param name="what">What is being done, for messages.</param>
    /// <param name="target">The queue concerned, or null.</param>
    /// <param name="use">What to do.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="AmqpException">QueueNotFound, AccessDenied, ConnectionFailed.</exception>
    public async Task<T> UseAsync<T>(string what, string? target, Func<IChannel, CancellationToken, Task<T>> use, CancellationToken cancellationToken)
    {
        var channel = await OpenChannelAsync(null, cancellationToken).ConfigureAwait(false);
        try
        {
            return await GuardAsync(what, target, () => use(channel, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await LeaveAsync(channel).ConfigureAwait(false);
        }
    }

    /// <summary>A channel, to be closed by <see cref="LeaveAsync"/>.</summary>
    /// <exception cref="AmqpException">AccessDenied, ConnectionFailed.</exception>
    public async Task<IChannel> OpenChannelAsync(CreateChannelOptions? options, CancellationToken cancellationToken)
    {
        var open = await GetAsync(cancellationToken).ConfigureAwait(false);
        return await GuardAsync("opening a channel", null, () => open.CreateChannelAsync(options, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes a channel; never throws, and never waits for a silent broker for long.</summary>
    public Task LeaveAsync(IChannel channel) => link?.LeaveAsync(channel) ?? Task.CompletedTask;

    /// <summary>Runs it, and turns what the client throws into <see cref="AmqpException"/>.</summary>
    public async Task<T> GuardAsync<T>(string what, string? target, Func<Task<T>> run, CancellationToken cancellationToken)
    {
        try
        {
            return await BoundAsync(run, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (AmqpFailure.IsForeseen(e, cancellationToken))
        {
            throw AmqpFailure.During(endpoint, what, target, e);
        }
    }

    /// <summary>Runs it. A broker that does not answer in time is cut off: its connection is opened again at the next use.</summary>
    /// <exception cref="TimeoutException">It took too long.</exception>
    public async Task<T> BoundAsync<T>(Func<Task<T>> run, CancellationToken cancellationToken)
    {
        var doing = run();
        return link is { } used
            ? await used.BoundAsync(doing, Longest, cancellationToken).ConfigureAwait(false)
            : await doing.WaitAsync(Longest, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        gate.Dispose();
    }

    /// <summary>How a connection is opened: one try at one node.</summary>
    internal static ConnectionFactory Factory(AmqpEndpoint endpoint, TimeSpan patience) => new()
    {
        UserName = endpoint.User,
        Password = endpoint.Password,
        VirtualHost = endpoint.VirtualHost,

        // The client's own recovery is off: it hides that the broker was away, which a drain has to know.
        AutomaticRecoveryEnabled = false,
        TopologyRecoveryEnabled = false,
        RequestedConnectionTimeout = patience,
        HandshakeContinuationTimeout = patience,
        ContinuationTimeout = patience,
        SocketReadTimeout = patience,
        SocketWriteTimeout = patience,
        RequestedHeartbeat = TimeSpan.FromSeconds(10),
        MaxInboundMessageBodySize = LargestMessage,
        ClientProvidedName = "opsrestart",
    };

    private async Task<AmqpLink> LinkAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (link is { IsOpen: true } open)
            {
                return open;
            }

            await CloseAsync().ConfigureAwait(false);
            return link = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<AmqpLink> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            var opened = await AmqpLink.OpenAnyAsync(() => Factory(endpoint, Patience), endpoint.Hosts.Select(Node), Longest, cancellationToken).ConfigureAwait(false);
            opened.Connection.ConnectionShutdownAsync += NoteLossAsync;
            return opened;
        }
        catch (Exception e) when (e is AggregateException || AmqpFailure.IsForeseen(e, cancellationToken))
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

    private AmqpTcpEndpoint Node(AmqpHost host) => new(host.Name, host.Port, Tls(host), LargestMessage);

    private SslOption Tls(AmqpHost host) => !endpoint.Tls ? new SslOption() : new SslOption(host.Name, enabled: true)
    {
        CertificateValidationCallback = endpoint.TlsOptions.Check(),
        Certs = endpoint.TlsOptions.ClientCertificates(),
    };

    private async Task CloseAsync()
    {
        if (link is { } old)
        {
            link = null;
            await old.DisposeAsync().ConfigureAwait(false);
        }
    }
}
