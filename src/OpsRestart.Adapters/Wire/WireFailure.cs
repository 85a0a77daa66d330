using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace OpsRestart.Adapters.Wire;

/// <summary>
/// Why talking to a peer failed: one vocabulary for probes, Redis and RabbitMQ. Refused, not found, unreachable and a TLS failure are
/// different things to an admin.
/// </summary>
/// <param name="Reason">A stable word: scripts compare with it.</param>
/// <param name="What">What happened, to follow the peer's name; without a full stop.</param>
/// <param name="Advice">What to look at next; null: the usual, which who asks knows better (that the service runs, its log).</param>
internal sealed record WireFailure(string Reason, string What, string? Advice = null)
{
    public const string Refused = "Refused";
    public const string Timeout = "Timeout";
    public const string NameNotFound = "NameNotFound";
    public const string Unreachable = "Unreachable";
    public const string Closed = "Closed";
    public const string SocketNotFound = "SocketNotFound";
    public const string AccessDenied = "AccessDenied";
    public const string ProtocolError = "ProtocolError";
    public const string TlsFailed = "TlsFailed";
    public const string CertificateExpired = "CertificateExpired";
    public const string CertificateNotYetValid = "CertificateNotYetValid";
    public const string CertificateNameMismatch = "CertificateNameMismatch";
    public const string CertificateUntrusted = "CertificateUntrusted";

    public const string AboutTrust =
        "Name the authority's file (caFile, in an address ssl_ca_certs or cacertfile), or take any certificate "
        + "(skipCertificateCheck: true, ssl_cert_reqs=none).";

    /// <summary>The peer, or its silence, ended what was begun.</summary>
    public static readonly WireFailure Lost = new(Closed, "closed the connection before it answered");

    /// <summary>The fault is ours (a file of our own can't be read): nothing is known of the peer.</summary>
    public bool IsOurs { get; init; }

    /// <summary>Null: it is of another kind.</summary>
    /// <param name="error">What was thrown; not what the caller's own token did.</param>
    /// <param name="patience">How long it was waited for; null: not known.</param>
    /// <param name="isUnixSocket">Whether it was a Unix socket: a missing one has no socket error of its own.</param>
    public static WireFailure? Of(Exception error, TimeSpan? patience = null, bool isUnixSocket = false)
    {
        var causes = Causes(error).ToList();
        return causes.Select(e => OfNetwork(e, isUnixSocket)).FirstOrDefault(static f => f is not null)
            ?? causes.Select(e => OfProtocol(e, patience)).FirstOrDefault(static f => f is not null)
            ?? (causes[^1] is IOException ? Lost : null);
    }

    /// <param name="patience">Null: not known.</param>
    public static WireFailure TimedOut(TimeSpan? patience)
    {
        var within = patience is { } time ? string.Create(CultureInfo.InvariantCulture, $"within {time.TotalSeconds:0.###} s") : "in time";
        return new(Timeout, $"gave no answer {within}: it hangs, is overloaded, or a firewall drops the packets");
    }

    /// <summary>The exception and all that it holds, the outer ones first.</summary>
    public static IEnumerable<Exception> Causes(Exception error)
    {
        IEnumerable<Exception> inner =
            error is AggregateException many ? many.InnerExceptions
            : error.InnerException is { } one ? [one]
            : [];
        return inner.SelectMany(Causes).Prepend(error);
    }

    private static WireFailure? OfNetwork(Exception error, bool isUnixSocket) =>
        error switch
        {
            TlsException certificate => certificate.Failure,
            SocketException socket => OfSocket(socket, isUnixSocket),
            AuthenticationException tls => OfTls(
                $"{Sentence(tls.Message)}: {Sentence(tls.InnerException?.Message ?? "")}".TrimEnd(' ', ':')
            ),

            // Of TLS 1.3: a peer that asks for a certificate refuses ours after the handshake.
            CryptographicException ended => new(
                TlsFailed,
                $"ended the TLS session ({Sentence(ended.Message)})",
                "Check the certificate that we show it, or that it wants one: certfile and keyfile in an address (ssl_certfile …)."
            ),
            _ => null,
        };

    // What answers in another language than the client's makes each client throw its own.
    private static WireFailure? OfProtocol(Exception error, TimeSpan? patience) =>
        error switch
        {
            TimeoutException or OperationCanceledException => TimedOut(patience),
            WebSocketException => new(
                ProtocolError,
                $"broke the rules of WebSocket ({Sentence(error.InnerException?.Message ?? error.Message)})",
                "Check the path, and that the proxy passes Upgrade on."
            ),
            InvalidDataException or FormatException or HttpRequestException { InnerException: null } => new(
                ProtocolError,
                $"gave an answer that can't be read ({Sentence(error.Message)})",
                "Check that the right service has this port."
            ),
            _ => null,
        };

    // Clients that judge certificates by the runtime's own rules (Npgsql) name the fault only in the message: the flags' names.
    private static WireFailure OfTls(string said)
    {
        var (reason, advice) = said switch
        {
            _ when said.Contains("NotTimeValid", StringComparison.Ordinal) => (
                CertificateExpired,
                "Renew the certificate and reload the service; check the clocks."
            ),
            _ when said.Contains("NameMismatch", StringComparison.Ordinal) => (
                CertificateNameMismatch,
                "Use a name that the certificate is for."
            ),
            _ when said.Contains("UntrustedRoot", StringComparison.Ordinal) || said.Contains("PartialChain", StringComparison.Ordinal) => (
                CertificateUntrusted,
                AboutTrust
            ),
            _ => (TlsFailed, "Check that the port speaks TLS and that both sides allow a common version."),
        };
        return new(reason, $"made no TLS session ({said})", advice);
    }

    private static WireFailure OfSocket(SocketException error, bool isUnixSocket) =>
        error.SocketErrorCode switch
        {
            SocketError.AddressNotAvailable when isUnixSocket => new(SocketNotFound, "can't be reached: the Unix socket does not exist"),
            SocketError.ConnectionRefused => new(Refused, "refused the connection: nothing listens there"),
            SocketError.HostNotFound or SocketError.NoData or SocketError.NoRecovery => new(
                NameNotFound,
                "can't be reached: the host name is not known",
                "Check its spelling, /etc/hosts and DNS (getent hosts NAME)."
            ),
            SocketError.TryAgain => new(
                NameNotFound,
                "can't be reached: the name servers did not answer",
                "Check /etc/resolv.conf and the network."
            ),
            SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown => new(
                Unreachable,
                "can't be reached: no route to the host",
                "Check the network and the host (ip route get ADDRESS)."
            ),
            SocketError.TimedOut => new(Timeout, "gave no answer: the host is down or a firewall drops the packets"),
            SocketError.AccessDenied => new(
                AccessDenied,
                "can't be reached: this user may not connect",
                "Check the permissions of the Unix socket, or run as a user that may."
            ),
            SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => Lost,
            _ => new(error.SocketErrorCode.ToString(), $"can't be reached: {Sentence(error.Message)}"),
        };

    private static string Sentence(string text) => ForeignText.OneLine(text).TrimEnd('.');
}
