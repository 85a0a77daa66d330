using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes;

/// <summary>Turns what the network throws into verdicts: refused, not found, unreachable and a TLS failure are different things to an admin.</summary>
internal static class ProbeFailure
{
    /// <param name="error">What was thrown.</param>
    /// <param name="peer">Who was talked to, for example "Redis at 127.0.0.1:6379".</param>
    /// <param name="nextStep">What to look at when nothing listens.</param>
    /// <param name="isUnixSocket">Whether it was a Unix socket: a missing one has no socket error of its own.</param>
    public static ProbeVerdict Explain(Exception error, string peer, string nextStep, bool isUnixSocket)
    {
        for (var e = error; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case ProbeException known:
                    return known.Verdict;
                case SocketException socket:
                    return OfSocket(socket, peer, nextStep, isUnixSocket);
                case AuthenticationException tls:
                    return OfTls($"{Sentence(tls.Message)}: {Sentence(tls.InnerException?.Message ?? "")}".TrimEnd(' ', ':'), peer);
            }
        }

        for (var e = error; e is not null; e = e.InnerException)
        {
            if (OfProtocol(e, peer) is { } spoken)
            {
                return spoken;
            }
        }

        if (error is OpsRestartException foreseen)
        {
            return ProbeVerdict.Unknown(foreseen.Error.ToString(), $"{foreseen.Message} {foreseen.Advice}");
        }

        return error is IOException || error.InnerException is IOException
            ? ProbeVerdict.Unhealthy(ProbeReason.Closed, $"{peer} closed the connection before it answered. {nextStep}")
            : ProbeVerdict.Unknown(ProbeReason.Unexpected, $"{peer}: {error.GetType().Name}: {Sentence(error.Message)}.");
    }

    public static ProbeVerdict TimedOut(string peer, TimeSpan timeout, string nextStep) => ProbeVerdict.Unhealthy(
        ProbeReason.Timeout,
        string.Create(CultureInfo.InvariantCulture, $"{peer} gave no answer within {timeout.TotalSeconds:0.###} s: it hangs, is overloaded, or a firewall drops the packets. {nextStep}"));

    // What answers in another language than the client's makes each client throw its own.
    private static ProbeVerdict? OfProtocol(Exception error, string peer) => error switch
    {
        RegexMatchTimeoutException slow => ProbeVerdict.Unhealthy(
            ProbeReason.Mismatch, $"{peer} answered, but to match that with /{slow.Pattern}/ takes more than a second. Make the expression simpler."),
        TimeoutException => ProbeVerdict.Unhealthy(ProbeReason.Timeout, $"{peer} gave no answer in time. Check its load."),
        WebSocketException => ProbeVerdict.Unhealthy(
            ProbeReason.ProtocolError, $"{peer} broke the rules of WebSocket ({Sentence(error.InnerException?.Message ?? error.Message)}). Check the path, and that the proxy passes Upgrade on."),
        InvalidDataException or FormatException or HttpRequestException { InnerException: null } =>
            ProbeVerdict.Unhealthy(ProbeReason.ProtocolError, $"{peer} gave an answer that can't be read ({Sentence(error.Message)}). Check that the right service has this port."),
        _ => null,
    };

    // Clients that judge certificates by the runtime's own rules (Npgsql, the Redis client) name the fault only in the message: the flags' names.
    private static ProbeVerdict OfTls(string said, string peer)
    {
        var reason = said switch
        {
            _ when said.Contains("NotTimeValid", StringComparison.Ordinal) => ProbeReason.CertificateExpired,
            _ when said.Contains("NameMismatch", StringComparison.Ordinal) => ProbeReason.CertificateNameMismatch,
            _ when said.Contains("UntrustedRoot", StringComparison.Ordinal) || said.Contains("PartialChain", StringComparison.Ordinal) => ProbeReason.CertificateUntrusted,
            _ => ProbeReason.TlsFailed,
        };
        var advice = reason switch
        {
            ProbeReason.CertificateExpired => "Renew the certificate and reload the service; check the clocks.",
            ProbeReason.CertificateNameMismatch => "Use a name that the certificate is for.",
            ProbeReason.CertificateUntrusted => "Set caFile to the authority's certificate, or insecure: true to take any.",
            _ => "Check that the port speaks TLS and that both sides allow a common version.",
        };
        return ProbeVerdict.Unhealthy(reason, $"{peer}: no TLS session ({said}). {advice}");
    }

    private static ProbeVerdict OfSocket(SocketException error, string peer, string nextStep, bool isUnixSocket) => error.SocketErrorCode switch
    {
        SocketError.AddressNotAvailable when isUnixSocket =>
            ProbeVerdict.Unhealthy(ProbeReason.SocketNotFound, $"{peer}: the Unix socket does not exist. {nextStep}"),
        SocketError.ConnectionRefused =>
            ProbeVerdict.Unhealthy(ProbeReason.Refused, $"{peer} refused the connection: nothing listens there. {nextStep}"),
        SocketError.HostNotFound or SocketError.NoData or SocketError.NoRecovery =>
            ProbeVerdict.Unhealthy(ProbeReason.NameNotFound, $"{peer}: the host name is not known. Check its spelling, /etc/hosts and DNS (getent hosts NAME)."),
        SocketError.TryAgain =>
            ProbeVerdict.Unhealthy(ProbeReason.NameNotFound, $"{peer}: the name servers did not answer. Check /etc/resolv.conf and the network."),
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown =>
            ProbeVerdict.Unhealthy(ProbeReason.Unreachable, $"{peer} can't be reached: no route to the host. Check the network and the host (ip route get ADDRESS)."),
        SocketError.TimedOut =>
            ProbeVerdict.Unhealthy(ProbeReason.Timeout, $"{peer} gave no answer: the host is down or a firewall drops the packets. {nextStep}"),
        SocketError.AccessDenied =>
            ProbeVerdict.Unhealthy(ProbeReason.AccessDenied, $"{peer}: this user may not connect. Check the permissions of the Unix socket, or run as a user that may."),
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown =>
            ProbeVerdict.Unhealthy(ProbeReason.Closed, $"{peer} closed the connection before it answered. {nextStep}"),
        _ => ProbeVerdict.Unhealthy(error.SocketErrorCode.ToString(), $"{peer}: {Sentence(error.Message)}. {nextStep}"),
    };

    private static string Sentence(string text) => ProbeText.OneLine(text).TrimEnd('.');
}
