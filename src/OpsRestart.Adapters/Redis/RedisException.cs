namespace OpsRestart.Adapters.Redis;

/// <summary>A Redis server that can't be reached, or that refused a command. <see cref="Code"/> is the server's own word.</summary>
internal sealed class RedisException : OpsRestartException
{
    public RedisException(
        OpsError error,
        string code,
        string message,
        string target,
        string? advice = null,
        Exception? innerException = null
    )
        : base(error, message, target, advice, innerException) => Code = code;

    /// <summary>LOADING, NOAUTH, WRONGPASS …; for failures of the connection: <see cref="WireFailure.Reason"/>.</summary>
    public string Code { get; }

    internal static RedisException From(RedisError error, string command, RedisEndpoint endpoint) =>
        new(error.Kind, error.Code, $"Redis at {endpoint.Display} refused {command}: {error.Message}", endpoint.Display, error.Advice);

    /// <summary>The connection could not be made, or broke.</summary>
    /// <param name="e">What was thrown.</param>
    /// <param name="endpoint">The server.</param>
    /// <param name="patience">How long it was waited for.</param>
    /// <param name="command">What it was asked; null: nothing yet.</param>
    internal static RedisException Of(Exception e, RedisEndpoint endpoint, TimeSpan patience, string? command = null)
    {
        var failure = WireFailure.Of(e, patience, endpoint.Place.UnixPath is not null) ?? WireFailure.Lost;
        return new(
            failure.Reason == WireFailure.ProtocolError ? OpsError.ProtocolError : OpsError.ConnectionFailed,
            failure.Reason,
            $"Redis at {endpoint.Display} {failure.What}{(command is null ? "" : $" ({command})")}.",
            endpoint.Display,
            failure.Advice ?? (command is null ? "Check that Redis runs and listens there." : "See the Redis server's log and load."),
            e
        );
    }
}
