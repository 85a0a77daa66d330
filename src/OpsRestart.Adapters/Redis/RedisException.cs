namespace OpsRestart.Adapters.Redis;

/// <summary>A Redis server that can't be reached, or that refused a command. <see cref="Code"/> is the server's own word.</summary>
public sealed class RedisException : OpsRestartException
{
    public RedisException(OpsError error, string code, string message, string target, string? advice = null, Exception? innerException = null)
        : base(error, message, target, advice, innerException) => Code = code;

    /// <summary>LOADING, NOAUTH, WRONGPASS …; for failures of the connection: Refused, Timeout, Closed, NotFound, Tls, Protocol.</summary>
    public string Code { get; }

    internal static RedisException From(RedisError error, string command, RedisEndpoint endpoint) =>
        new(error.Kind, error.Code, $"Redis at {endpoint.Display} refused {command}: {error.Message}", endpoint.Display, error.Advice);
}
