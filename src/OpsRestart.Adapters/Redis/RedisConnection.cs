using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;

namespace OpsRestart.Adapters.Redis;

/// <summary>
/// One connection to one Redis server, RESP2. Calls from several threads queue up; a blocking pop therefore wants a connection of its own.
/// Error replies are values (<see cref="SendAsync(RedisCommand, CancellationToken)"/>) or exceptions (<see cref="CallAsync"/>), as the
/// caller wants. A cancelled or timed-out exchange closes the connection, because its reply may still come.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    /// <summary>A fork can pause Redis for seconds.</summary>
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(4);

#pragma warning disable CA2213 // A semaphore without a wait handle holds nothing, and disposing it would throw at calls under way.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Socket _socket; // The stream owns it.
#pragma warning restore CA2213
    private readonly Stream _stream;
    private readonly RespReader _reader;
    private volatile bool _closed;

    private RedisConnection(RedisEndpoint endpoint, Socket socket, Stream stream)
    {
        Endpoint = endpoint;
        _socket = socket;
        _stream = stream;
        _reader = new RespReader(stream);
    }

    /// <summary>Where it is connected to; for a sentinel address the master that was found.</summary>
    public RedisEndpoint Endpoint { get; }

    /// <summary>True once the connection is of no more use.</summary>
    public bool IsClosed => _closed;

    /// <summary>Whether the server has closed this connection while nobody used it, as a server that was restarted has.</summary>
    public bool WasEnded()
    {
        // In use: the current caller will notice.
        if (!_turn.Wait(0))
        {
            return false;
        }

        try
        {
            return !_closed && _socket.Poll(0, SelectMode.SelectRead) && _socket.Available == 0;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Connects, logs in and selects the database. Connecting, and each exchange, may take the patience (default 4 s).</summary>
    /// <exception cref="RedisException">Unreachable, or the log-in was refused.</exception>
    public static async Task<RedisConnection> ConnectAsync(RedisEndpoint endpoint, TimeSpan? patience, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(endpoint, patience, cancellationToken).ConfigureAwait(false);
        try
        {
            await connection.LogInAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Connects without a word said: for probes that judge the replies to AUTH, SELECT and PING themselves.</summary>
    public static async Task<RedisConnection> OpenAsync(RedisEndpoint endpoint, TimeSpan? patience, CancellationToken cancellationToken)
    {
        var target =
            endpoint.Sentinels.Count == 0
                ? endpoint
                : await RedisSentinel.FindMasterAsync(endpoint, patience, cancellationToken).ConfigureAwait(false);
        var limit = patience ?? DefaultPatience;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            var (socket, stream) = await target.Place.OpenAsync(target.UsesTls ? target.Tls : null, deadline.Token).ConfigureAwait(false);
            return new RedisConnection(target, socket, stream) { Patience = limit };
        }
        catch (Exception e) when (IsConnectionFailure(e) && !cancellationToken.IsCancellationRequested)
        {
            throw RedisException.Of(e, target, limit);
        }
    }

    /// <summary>How long one exchange may take.</summary>
    public TimeSpan Patience { get; init; } = DefaultPatience;

    /// <summary>AUTH (with a user: ACL) and SELECT, as the endpoint says; errors as values.</summary>
    public async Task<RedisError?> TryLogInAsync(CancellationToken cancellationToken)
    {
        var commands = new List<RedisCommand>();
        if (Endpoint.Password is { } password)
        {
            commands.Add(Endpoint.User is { } user ? new("AUTH", user, password) : new("AUTH", password));
        }

        if (Endpoint.Database != 0)
        {
            commands.Add(new("SELECT", Endpoint.Database));
        }

        if (commands.Count == 0)
        {
            return null;
        }

        var replies = await PipelineAsync(commands, cancellationToken).ConfigureAwait(false);
        return replies.Select(static r => r.Error).FirstOrDefault(static e => e is not null);
    }

    /// <summary>One command, one reply; an error reply is a value.</summary>
    public Task<RedisReply> SendAsync(RedisCommand command, CancellationToken cancellationToken) =>
        SendAsync(command, Patience, cancellationToken);

    /// <summary>For blocking commands, with a patience longer than their own time-out.</summary>
    public async Task<RedisReply> SendAsync(RedisCommand command, TimeSpan patience, CancellationToken cancellationToken) =>
        (await ExchangeAsync([command], patience, cancellationToken).ConfigureAwait(false))[0];

    /// <summary>One command, one reply; an error reply is thrown.</summary>
    /// <exception cref="RedisException">The error reply, or the connection failed.</exception>
    public async Task<RedisReply> CallAsync(RedisCommand command, CancellationToken cancellationToken)
    {
        var reply = await SendAsync(command, cancellationToken).ConfigureAwait(false);
        return reply.Error is { } error ? throw RedisException.From(error, command.Name, Endpoint) : reply;
    }

    /// <summary>Many commands in one write; one reply each, errors as values.</summary>
    public Task<IReadOnlyList<RedisReply>> PipelineAsync(IReadOnlyList<RedisCommand> commands, CancellationToken cancellationToken) =>
        ExchangeAsync(commands, Patience, cancellationToken);

    /// <summary>MULTI … EXEC: all at one moment. Errors of single commands are values among the replies.</summary>
    /// <exception cref="RedisException">The transaction was refused as a whole (for example NOPERM for one of its commands).</exception>
    public async Task<IReadOnlyList<RedisReply>> TransactionAsync(IReadOnlyList<RedisCommand> commands, CancellationToken cancellationToken)
    {
        var replies = await PipelineAsync([new("MULTI"), .. commands, new("EXEC")], cancellationToken).ConfigureAwait(false);
        var refused = replies
            .Select((r, i) => (r.Error, Index: i))
            .FirstOrDefault(static r => r.Error is not null && r.Error.Code != "EXECABORT");
        if (refused.Error is { } error)
        {
            var name =
                refused.Index == 0 ? "MULTI"
                : refused.Index <= commands.Count ? commands[refused.Index - 1].Name
                : "EXEC";
            throw RedisException.From(error, name, Endpoint);
        }

        // Of a transaction that a WATCH undid there is none.
        var items = replies[^1].Items;
        return items.Count == 0 || items.Count == commands.Count
            ? items
            : throw new RedisException(
                OpsError.ProtocolError,
                WireFailure.ProtocolError,
                $"Redis at {Endpoint.Display} answered a transaction of {commands.Count} commands with {items.Count} replies.",
                Endpoint.Display,
                "Check that it is a Redis server."
            );
    }

    /// <summary>Subscribes to patterns and yields messages until cancelled. The connection serves nothing else from then on.</summary>
    /// <exception cref="RedisException">The connection failed, or subscribing was refused.</exception>
    public async IAsyncEnumerable<RedisMessage> SubscribeAsync(
        IReadOnlyList<string> patterns,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await CallAsync(RedisCommand.Of("PSUBSCRIBE", patterns), cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var reply = (await ExchangeAsync([], Timeout.InfiniteTimeSpan, cancellationToken, expected: 1).ConfigureAwait(false))[0];
            if (reply.Items.Count == 4 && reply.Items[0].Text == "pmessage")
            {
                yield return new RedisMessage(reply.Items[2].Text ?? "", reply.Items[3].Bytes);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _closed = true;
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    private async Task LogInAsync(CancellationToken cancellationToken)
    {
        if (await TryLogInAsync(cancellationToken).ConfigureAwait(false) is { } error)
        {
            throw RedisException.From(error, "the log-in", Endpoint);
        }
    }

    private async Task<IReadOnlyList<RedisReply>> ExchangeAsync(
        IReadOnlyList<RedisCommand> commands,
        TimeSpan patience,
        CancellationToken cancellationToken,
        int? expected = null
    )
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ExchangeInTurnAsync(commands, expected ?? commands.Count, patience, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<IReadOnlyList<RedisReply>> ExchangeInTurnAsync(
        IReadOnlyList<RedisCommand> commands,
        int expected,
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        if (_closed)
        {
            throw RedisException.Of(new EndOfStreamException(), Endpoint, patience);
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        try
        {
            await WriteAsync(commands, deadline.Token).ConfigureAwait(false);
            var replies = new RedisReply[expected];
            for (var i = 0; i < expected; i++)
            {
                replies[i] = await _reader.ReadAsync(deadline.Token).ConfigureAwait(false);
            }

            return replies;
        }
        catch (Exception e)
        {
            _closed = true;
            await _stream.DisposeAsync().ConfigureAwait(false);
            if (!IsConnectionFailure(e) || cancellationToken.IsCancellationRequested)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw;
            }

            throw RedisException.Of(e, Endpoint, patience, commands.Count == 0 ? "a subscription" : commands[0].Name);
        }
    }

    private async ValueTask WriteAsync(IReadOnlyList<RedisCommand> commands, CancellationToken cancellationToken)
    {
        if (commands.Count == 0)
        {
            return;
        }

        var output = new ArrayBufferWriter<byte>(256 * commands.Count);
        foreach (var command in commands)
        {
            command.WriteTo(output);
        }

        await _stream.WriteAsync(output.WrittenMemory, cancellationToken).ConfigureAwait(false);
        await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static bool IsConnectionFailure(Exception e) =>
        e
            is SocketException
                or IOException
                or AuthenticationException
                or OperationCanceledException
                or ObjectDisposedException
                or InvalidDataException;
}
