using System.Net.Sockets;
using RabbitMQ.Client;

namespace OpsRestart.Adapters.Amqp;

/// <summary>
/// One connection to one node, whose sockets are ours. The client waits in some places for as long as the peer is silent, also when it is
/// told to stop or to close; to close its sockets ends every such wait, and leaves no descriptor behind.
/// </summary>
internal sealed class AmqpLink : IAsyncDisposable
{
    /// <summary>How long a peer may take to say goodbye.</summary>
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<Socket> _sockets = [];
    private IConnection? _connection;
    private bool _cut;

    private AmqpLink() { }

    public IConnection Connection => _connection!;

    public bool IsOpen => !_cut && _connection is { IsOpen: true };

    /// <summary>
    /// Connects, logs in, and hears the virtual host's yes or no: the client itself does not wait for that, the first channel does.
    /// </summary>
    /// <exception cref="TimeoutException">No answer within the patience.</exception>
    public static async Task<AmqpLink> OpenAsync(
        ConnectionFactory factory,
        AmqpTcpEndpoint node,
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        var link = new AmqpLink();
        factory.SocketFactory = link.NewSocket;
        var opening = link.OpenAsync(factory, node, cancellationToken);
        try
        {
            await opening.WaitAsync(patience, cancellationToken).ConfigureAwait(false);
            return link;
        }
        catch
        {
            link.Cut();
            _ = link.ForgetAsync(opening);
            throw;
        }
    }

    /// <summary>The first node that takes the connection, in their order; one that is silent has its own time only.</summary>
    /// <param name="factory">How to connect; a new one for each try.</param>
    /// <param name="nodes">The nodes of one cluster.</param>
    /// <param name="patience">With each node.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="AggregateException">None did; of one node its own exception.</exception>
    public static async Task<AmqpLink> OpenAnyAsync(
        Func<ConnectionFactory> factory,
        IEnumerable<AmqpTcpEndpoint> nodes,
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        var failures = new List<Exception>();
        foreach (var node in nodes)
        {
            try
            {
                return await OpenAsync(factory(), node, patience, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (AmqpFailure.IsForeseen(e, cancellationToken))
            {
                failures.Add(e);
            }
        }

        if (failures is [var only])
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(only);
        }

        throw new AggregateException(failures);
    }

    /// <summary>
    /// Something that is done on this connection. When it takes longer than the patience, the connection is cut, so that nothing waits on.
    /// </summary>
    /// <exception cref="TimeoutException">It took longer.</exception>
    public async Task<T> BoundAsync<T>(Task<T> doing, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            return await doing.WaitAsync(patience, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Cut();
            throw;
        }
    }

    /// <summary>Closes a channel; never throws, and never waits for a silent peer for long.</summary>
    public async Task LeaveAsync(IChannel channel)
    {
        if (!await EndAsync(channel.DisposeAsync).ConfigureAwait(false))
        {
            Cut();
        }
    }

    /// <summary>Closes the sockets now.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _cut = true;
            _sockets.ForEach(static s => s.Dispose());
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } open)
        {
            await EndAsync(async () =>
                {
                    await open.CloseAsync(200, "done", Goodbye, abort: true, CancellationToken.None).ConfigureAwait(false);
                    await open.DisposeAsync().ConfigureAwait(false);
                })
                .ConfigureAwait(false);
        }

        Cut();
    }

    // False: it did not end in time.
    private static async Task<bool> EndAsync(Func<ValueTask> end)
    {
        try
        {
            await Task.Run(async () => await end().ConfigureAwait(false)).WaitAsync(Goodbye).ConfigureAwait(false);
            return true;
        }
        catch (Exception e)
        {
            // Gone already, or silent: whatever the client thinks of it, the sockets are closed next.
            return e is not TimeoutException;
        }
    }

    private async Task OpenAsync(ConnectionFactory factory, AmqpTcpEndpoint node, CancellationToken cancellationToken)
    {
        _connection = await factory.CreateConnectionAsync([node], cancellationToken).ConfigureAwait(false);
        var channel = await _connection.CreateChannelAsync(null, cancellationToken).ConfigureAwait(false);
        await channel.DisposeAsync().ConfigureAwait(false);
    }

    // What was given up is over when its sockets are; what it throws then is of no interest.
    private async Task ForgetAsync(Task opening)
    {
        await opening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await DisposeAsync().ConfigureAwait(false);
    }

    private TcpClientAdapter NewSocket(AddressFamily family)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_cut, this);
            var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            _sockets.Add(socket);
            return new TcpClientAdapter(socket);
        }
    }
}
