using System.Net.Sockets;
using System.Security.Authentication;
using RabbitMQ.Client.Exceptions;

namespace OpsRestart.Adapters.Amqp;

/// <summary>One place that turns the client's exceptions into words.</summary>
internal static class AmqpFailure
{
    public const int AccessRefused = 403;
    public const int NotFound = 404;
    public const int ResourceLocked = 405;
    private const int NotAllowed = 530;

    /// <summary>What the client throws when a broker is away, refuses or stays silent; not what the caller's own token did.</summary>
    public static bool IsForeseen(Exception e, CancellationToken cancellationToken) =>
        (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        || e
            is RabbitMQClientException
                or IOException
                or SocketException
                or TimeoutException
                or AuthenticationException
                or ObjectDisposedException
                or System.Threading.Channels.ChannelClosedException;

    /// <summary>AMQP's reply code of the closed channel or connection; 0 when there is none.</summary>
    public static int CodeOf(Exception e) => e is OperationInterruptedException { ShutdownReason: { } reason } ? reason.ReplyCode : 0;

    public static AmqpException Connecting(AmqpEndpoint endpoint, Exception e)
    {
        var causes = WireFailure.Causes(e).ToList();
        return causes.OfType<AuthenticationFailureException>().FirstOrDefault() is { } login ? Refused(endpoint, "403", login)
            : causes.OfType<PossibleAuthenticationFailureException>().FirstOrDefault() is { } perhaps ? Refused(endpoint, "403", perhaps)
            : causes.OfType<OperationInterruptedException>().FirstOrDefault(static i => i.ShutdownReason is not null) is { } closed
                ? Closed(endpoint, closed)
            : Unreachable(endpoint, e);
    }

    /// <param name="endpoint">The broker.</param>
    /// <param name="what">What was being done, to follow "refused".</param>
    /// <param name="target">The queue or exchange concerned, or null.</param>
    /// <param name="e">What the client threw.</param>
    public static AmqpException During(AmqpEndpoint endpoint, string what, string? target, Exception e)
    {
        var code = CodeOf(e);
        var (error, advice) = code switch
        {
            NotFound => (OpsError.QueueNotFound, "Check the name and the virtual host: rabbitmqctl list_queues -p VHOST."),
            AccessRefused => (OpsError.AccessDenied, "Check this user's permissions: rabbitmqctl list_user_permissions USER."),
            ResourceLocked => (OpsError.AccessDenied, "The queue is exclusive to another connection."),
            _ => (OpsError.ConnectionFailed, "See the broker's log and load."),
        };
        var failure = WireFailure.Of(e) ?? WireFailure.Lost;
        return new AmqpException(
            error,
            code != 0 ? Text(code) : failure.Reason,
            error == OpsError.ConnectionFailed
                ? $"RabbitMQ at {endpoint.Display} {failure.What} ({what})."
                : $"RabbitMQ at {endpoint.Display} refused {what}: {((OperationInterruptedException)e).ShutdownReason!.ReplyText}.",
            target ?? endpoint.Display,
            advice,
            e
        );
    }

    private static AmqpException Closed(AmqpEndpoint endpoint, OperationInterruptedException e)
    {
        var reason = e.ShutdownReason!;
        return reason.ReplyCode is NotAllowed or AccessRefused or NotFound
            ? new AmqpException(
                OpsError.AccessDenied,
                Text(reason.ReplyCode),
                $"RabbitMQ at {endpoint.Display} refused the connection: {reason.ReplyText}.",
                endpoint.Display,
                "Check the virtual host at the end of the address, and the user's permissions for it: rabbitmqctl list_permissions "
                    + "-p VHOST.",
                e
            )
            : new AmqpException(
                OpsError.ConnectionFailed,
                Text(reason.ReplyCode),
                $"RabbitMQ at {endpoint.Display} closed the connection: {reason.ReplyText}.",
                endpoint.Display,
                "See the broker's log.",
                e
            );
    }

    private static AmqpException Refused(AmqpEndpoint endpoint, string code, Exception e) =>
        new(
            OpsError.AuthenticationFailed,
            code,
            $"RabbitMQ at {endpoint.Display} refused the login of user '{endpoint.User}'.",
            endpoint.Display,
            "Check user and password. RabbitMQ lets 'guest' in from its own machine only.",
            e
        );

    private static AmqpException Unreachable(AmqpEndpoint endpoint, Exception e)
    {
        var failure = WireFailure.Of(e) ?? new WireFailure("Failed", $"can't be reached: {LastOf(e)}");
        return new AmqpException(
            OpsError.ConnectionFailed,
            failure.Reason,
            $"RabbitMQ at {endpoint.Display} {failure.What}.",
            endpoint.Display,
            failure.Advice ?? "Check that RabbitMQ runs and listens there.",
            e
        );
    }

    private static string LastOf(Exception e) => ForeignText.OneLine(WireFailure.Causes(e).Last().Message).TrimEnd('.');

    private static string Text(int code) => code.ToString(CultureInfo.InvariantCulture);
}
