namespace OpsRestart.Adapters.Redis;

/// <summary>A connection that is made when it is needed and made again after it broke; its name shows in CLIENT LIST.</summary>
internal sealed class RedisLine(RedisEndpoint endpoint) : IAsyncDisposable
{
    /// <summary>The client name of every connection of OpsRestart, so that two of us don't take each other for workers.</summary>
    public const string ClientName = "opsrestart";

    private RedisConnection? _connection;

    /// <summary>How often a connection was lost.</summary>
    public int Interruptions { get; private set; }

    /// <exception cref="RedisException">Unreachable, or the log-in was refused.</exception>
    public async Task<RedisConnection> GetAsync(CancellationToken cancellationToken)
    {
        if (_connection is { IsClosed: false } && !_connection.WasEnded())
        {
            return _connection;
        }

        if (_connection is not null)
        {
            Interruptions++;
            await _connection.DisposeAsync().ConfigureAwait(false);
            _connection = null;
        }

        var made = await RedisConnection.ConnectAsync(endpoint, null, cancellationToken).ConfigureAwait(false);

        // A user without this right is fine: the name only helps.
        await made.SendAsync(new("CLIENT", "SETNAME", ClientName), cancellationToken).ConfigureAwait(false);
        return _connection = made;
    }

    public ValueTask DisposeAsync() => _connection?.DisposeAsync() ?? ValueTask.CompletedTask;
}
