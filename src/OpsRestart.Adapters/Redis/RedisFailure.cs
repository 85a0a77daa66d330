using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;

namespace OpsRestart.Adapters.Redis;

/// <summary>One place that turns failures of the connection into words.</summary>
internal static class RedisFailure
{
    public static RedisException Connecting(RedisEndpoint endpoint, TimeSpan patience, Exception e)
    {
        var (code, why, advice) = e switch
        {
            OperationCanceledException => ("Timeout", $"no connection within {Seconds(patience)}", "Check the address, the firewall and the load of the host."),
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => ("Refused", "connection refused", "Check that Redis runs and listens on this address."),
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } => ("NotFound", "the host name is unknown", "Check the host name of the address."),
            SocketException { SocketErrorCode: SocketError.AccessDenied } => ("Denied", "permission denied", "Check the permissions of the socket and the groups of this user."),

            // The Unix socket's file is not there: ENOENT has no name of its own in SocketError.
            SocketException when endpoint.UnixPath is { } path && !File.Exists(path) => ("NotFound", "the socket does not exist", "Check that Redis runs, and its unixsocket setting."),
            AuthenticationException => ("Tls", $"TLS failed: {e.Message}", "Check the certificate, or name its authority with ssl_ca_certs=FILE."),
            _ => ("Failed", e.Message, "Check that Redis runs and can be reached."),
        };
        return new RedisException(OpsError.ConnectionFailed, code, $"Redis at {endpoint.Display} can't be reached: {why}.", endpoint.Display, advice, e);
    }

    public static RedisException During(RedisEndpoint endpoint, string command, TimeSpan patience, Exception e)
    {
        var (code, error, why) = e switch
        {
            OperationCanceledException => ("Timeout", OpsError.ConnectionFailed, $"gave no answer to {command} within {Seconds(patience)}"),
            InvalidDataException => ("Protocol", OpsError.ProtocolError, $"answered {command} with {e.Message}"),
            _ => ("Closed", OpsError.ConnectionFailed, $"closed the connection during {command}"),
        };
        return new RedisException(error, code, $"Redis at {endpoint.Display} {why}.", endpoint.Display, "See the Redis server's log and load.", e);
    }

    public static RedisException Closed(RedisEndpoint endpoint) =>
        new(OpsError.ConnectionFailed, "Closed", $"The connection to Redis at {endpoint.Display} is closed.", endpoint.Display, "Connect again.");

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
}
