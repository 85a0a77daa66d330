using System.Net.WebSockets;
using System.Text;
using System.Text.RegularExpressions;
using OpsRestart.Adapters.Probes.Http;

namespace OpsRestart.Adapters.Probes;

/// <summary>The handshake, and where asked the first message.</summary>
internal sealed class WebSocketProbe(ProbeSettings settings, ProbeContext context, TimeProvider time) : ProbeBase(settings, context, time)
{
    private readonly Uri _uri = ReadUri(settings);
    private readonly IReadOnlyDictionary<string, string> _headers = settings.Map("headers");
    private readonly string? _bearer = settings.Text("bearer");
    private readonly IReadOnlyList<string> _protocols = settings.List("protocols");

    /// <summary>Sent after the handshake.</summary>
    private readonly string? _send = settings.Text("send");

    /// <summary>What the first message matches, and dotted paths into it with their values. Neither: the handshake is enough.</summary>
    private readonly Regex? _pattern = settings.Pattern("pattern");
    private readonly IReadOnlyDictionary<string, string> _json = settings.Map("json");
    private readonly Tls _tls = settings.ReadTls();

    private const int MessageLimit = 256 * 1024;

    protected override string Peer => $"{_uri.Scheme}://{_uri.Authority}";

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        Prepare(socket.Options);
        using var handler = new SocketsHttpHandler { UseProxy = false, SslOptions = _tls.ToClientOptions(_uri.Host) };
        using var invoker = new HttpMessageInvoker(handler);
        try
        {
            await socket.ConnectAsync(_uri, invoker, cancellationToken).ConfigureAwait(false);
        }
        catch (WebSocketException) when (socket.HttpStatusCode != 0)
        {
            return Refused((int)socket.HttpStatusCode);
        }

        if (_send is { } text)
        {
            await socket
                .SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, cancellationToken)
                .ConfigureAwait(false);
        }

        var verdict =
            _pattern is not null || _json.Count > 0
                ? await HearAsync(socket, cancellationToken).ConfigureAwait(false)
                : ProbeVerdict.Healthy("101", $"{_uri.AbsolutePath} takes the handshake.");
        await SayGoodbyeAsync(socket, cancellationToken).ConfigureAwait(false);
        return verdict;
    }

    private void Prepare(ClientWebSocketOptions socket)
    {
        socket.CollectHttpResponseDetails = true;
        foreach (var (name, value) in _headers)
        {
            socket.SetRequestHeader(name, value);
        }

        if (_bearer is { } bearer)
        {
            socket.SetRequestHeader("Authorization", "Bearer " + bearer);
        }

        foreach (var protocol in _protocols)
        {
            socket.AddSubProtocol(protocol);
        }
    }

    private ProbeVerdict Refused(int status) =>
        ProbeVerdict.Unhealthy(
            status.ToString(CultureInfo.InvariantCulture),
            $"{_uri.AbsolutePath} answered {status} in place of the handshake."
                + status switch
                {
                    401 or 403 => " Set bearer or headers; some applications also check the Origin header.",
                    404 => " Check the path, and that the proxy passes Upgrade on (proxy_set_header Upgrade $http_upgrade).",
                    502 or 503 or 504 => " The proxy is up, what stands behind it is not ready.",
                    _ => " Check that the path is a WebSocket's and that the proxy passes Upgrade on.",
                }
        );

    private async Task<ProbeVerdict> HearAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[MessageLimit];
        var length = 0;
        ValueWebSocketReceiveResult part;
        try
        {
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                length += part.Count;
            } while (!part.EndOfMessage && length < buffer.Length);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ProbeVerdict.Unhealthy(
                "NoMessage",
                $"{_uri.AbsolutePath} took the handshake, but sent nothing in time. Check what stands behind it (channel "
                    + "layer, workers)."
            );
        }

        if (part.MessageType == WebSocketMessageType.Close)
        {
            return ProbeVerdict.Unhealthy(
                ProbeReason.Closed,
                $"{_uri.AbsolutePath} took the handshake and closed ({(int?)socket.CloseStatus} "
                    + $"{socket.CloseStatusDescription}). Check the login and the application's log."
            );
        }

        return Judge(Encoding.UTF8.GetString(buffer, 0, length));
    }

    private ProbeVerdict Judge(string message)
    {
        var shown = ForeignText.OneLine(message, 120);
        if (_pattern is { } pattern && !pattern.IsMatch(message))
        {
            return ProbeVerdict.Unhealthy(ProbeReason.Mismatch, $"The first message does not match /{pattern}/: {shown}");
        }

        return JsonMatch.Fault(message, _json) is { } fault
            ? ProbeVerdict.Unhealthy(ProbeReason.Mismatch, $"{_uri.AbsolutePath} sent a message, but {fault}")
            : ProbeVerdict.Healthy("Message", $"{_uri.AbsolutePath} says: {shown}");
    }

    // A close without an answer is good enough; the verdict stands.
    private static async Task SayGoodbyeAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        if (socket.State == WebSocketState.Open)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken).ConfigureAwait(false);
        }
    }

    private static Uri ReadUri(ProbeSettings settings)
    {
        if (Uri.TryCreate(settings.Target, UriKind.Absolute, out var uri) && uri.Scheme is "ws" or "wss" && uri.Host.Length > 0)
        {
            return uri;
        }

        settings.FailTarget("is no ws or wss URL", "Write ws://host:port/path.");
        return new Uri("ws://localhost/");
    }
}
