using RabbitMQ.Client;

namespace OpsRestart.Adapters.Amqp;

/// <summary>
/// A connection to a broker that is opened at its first use, and again at the next use after it was lost. Nothing on it waits for a silent
/// broker for longer than its patience.
/// </summary>
internal sealed class AmqpLine(AmqpEndpoint endpoint) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // The client's own patience with one answer is the shorter one: this is for where it has none.
    private static readonly TimeSpan Longest = Patience + TimeSpan.FromSeconds(1);

    /// <summary>The largest message that is taken, and the largest frame that memory is given to.</summary>
    private const uint LargestMessage = 16 * 1024 * 1024;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private AmqpLink? _link;
    private int _interruptions;

    public AmqpEndpoint Endpoint => endpoint;

    /// <summary>Rises the moment a connection is lost.</summary>
    public int Interruptions => Volatile.Read(ref _interruptions);

    /// <exception cref="AmqpException">ConnectionFailed, AuthenticationFailed, AccessDenied.</exception>
    public async Task<IConnection> GetAsync(CancellationToken cancellationToken) =>
        (await LinkAsync(cancellationToken).ConfigureAwait(false)).Connection;

    /// <summary>
    /// Does something on a channel of its own: a refusal (404, 405 …) closes the channel that it happens on, and nothing else.
    /// </summary>
    /// <param name="what">What is being done, for messages.</param>
    /// <param name="target">The queue concerned, or null.</param>
    /// <param name="use">What to do.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="AmqpException">QueueNotFound, AccessDenied, ConnectionFailed.</exception>
    public async Task<T> UseAsync<T>(
        string what,
        string? target,
        Func<IChannel, CancellationToken, Task<T>> use,
        CancellationToken cancellationToken
    )
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
        return await GuardAsync("opening a channel", null, () => open.CreateChannelAsync(options, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Closes a channel; never throws, and never waits for a silent broker for long.</summary>
    public Task LeaveAsync(IChannel channel) => _link?.LeaveAsync(channel) ?? Task.CompletedTask;

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
        return _link is { } used
            ? await used.BoundAsync(doing, Longest, cancellationToken).ConfigureAwait(false)
            : await doing.WaitAsync(Longest, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        _gate.Dispose();
    }

    /// <summary>How a connection is opened: one try at one node.</summary>
    internal static ConnectionFactory Factory(AmqpEndpoint endpoint, TimeSpan patience) =>
        new()
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

    /// <summary>The nodes of the cluster, with TLS as the address says.</summary>
    /// <exception cref="TlsException">A file can't be read; thrown when the node is come to.</exception>
    internal static IEnumerable<AmqpTcpEndpoint> Nodes(AmqpEndpoint endpoint) =>
        endpoint.Hosts.Select(host => new AmqpTcpEndpoint(
            host.Host,
            host.Port,
            !endpoint.UsesTls
                ? new SslOption()
                : new SslOption(endpoint.Tls.ServerName ?? host.Host, enabled: true)
                {
                    CertificateValidationCallback = endpoint.Tls.ToCallback(),
                    Certs = endpoint.Tls.ClientCertificates(),
                },
            LargestMessage
        ));

    private async Task<AmqpLink> LinkAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_link is { IsOpen: true } open)
            {
                return open;
            }

            await CloseAsync().ConfigureAwait(false);
            return _link = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<AmqpLink> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            var opened = await AmqpLink
                .OpenAnyAsync(() => Factory(endpoint, Patience), Nodes(endpoint), Longest, cancellationToken)
                .ConfigureAwait(false);
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
            Interlocked.Increment(ref _interruptions);
        }

        return Task.CompletedTask;
    }

    private async Task CloseAsync()
    {
        if (_link is { } old)
        {
            _link = null;
            await old.DisposeAsync().ConfigureAwait(false);
        }
    }
}
