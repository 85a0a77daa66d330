using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using OpsRestart.Adapters.Probes.Http;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.WebSocket;

/// <summary>The handshake, and where asked the first message.</summary>
internal sealed class WebSocketProbe(ProbeDefinition definition, WebSocketProbeOptions options, ProbeContext context, TimeProvider time)
    : ProbeBase(definition, options, context, time)
{
    private const int MessageLimit = 256 * 1024;

    protected override string Peer => $"{options.Uri.Scheme}://{options.Uri.Authority}";

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        Prepare(socket.Options);
        using var handler = new SocketsHttpHandler { UseProxy = false, SslOptions = options.Tls.ToClientOptions(options.Uri.Host) };
        using var invoker = new HttpMessageInvoker(handler);
        try
        {
            await socket.ConnectAsync(options.Uri, invoker, cancellationToken).ConfigureAwait(false);
        }
        catch (WebSocketException) when (socket.HttpStatusCode != 0)
        {
            return Refused((int)socket.HttpStatusCode);
        }

        if (options.Send is { } text)
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        }

        var verdict = options.NeedsMessage
            ? await HearAsync(socket, cancellationToken).ConfigureAwait(false)
            : ProbeVerdict.Healthy("101", $"{options.Uri.AbsolutePath} takes the handshake.");
        await SayGoodbyeAsync(socket, cancellationToken).ConfigureAwait(false);
        return verdict;
    }

    private void Prepare(ClientWebSocketOptions socket)
    {
        socket.CollectHttpResponseDetails = true;
        foreach (var (name, value) in options.Headers)
        {
            socket.SetRequestHeader(name, value);
        }

        if (options.Bearer is { } bearer)
        {
            socket.SetRequestHeader("Authorization", "Bearer " + bearer);
        }

        foreach (var protocol in options.Protocols)
        {
            socket.AddSubProtocol(protocol);
        }
    }

    private ProbeVerdict Refused(int status) => ProbeVerdict.Unhealthy(
        status.ToString(CultureInfo.InvariantCulture),
        $"{options.Uri.AbsolutePath} answered {status} in place of the handshake." + status switch
        {
            401 or 403 => " Set bearer or headers; some applications also check the Origin header.",
            404 => " Check the path, and that the proxy passes Upgrade on (proxy_set_header Upgrade $http_upgrade).",
            502 or 503 or 504 => " The proxy is up, what stands behind it is not ready.",
            _ => " Check that the path is a WebSocket's and that the proxy passes Upgrade on.",
        });

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
            }
            while (!part.EndOfMessage && length < buffer.Length);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ProbeVerdict.Unhealthy("NoMessage", $"{options.Uri.AbsolutePath} took the handshake, but sent nothing in time. Check what stands behind it (channel layer, workers).");
        }

        if (part.MessageType == WebSocketMessageType.Close)
        {
            return ProbeVerdict.Unhealthy(ProbeReason.Closed, $"{options.Uri.AbsolutePath} took the handshake and closed ({(int?)socket.CloseStatus} {socket.CloseStatusDescription}). Check the sign-in and the application's log.");
        }

        return Judge(Encoding.UTF8.GetString(buffer, 0, length));
    }

    private ProbeVerdict Judge(string message)
    {
        var shown = ProbeText.OneLine(message, 120);
        if (options.Expect is { } pattern && !pattern.IsMatch(message))
        {
            return ProbeVerdict.Unhealthy(ProbeReason.Mismatch, $"The first message does not match /{pattern}/: {shown}");
        }

        return JsonMatch.Fault(message, options.Json) is { } fault
            ? ProbeVerdict.Unhealthy(ProbeReason.Mismatch, $"{options.Uri.AbsolutePath} sent a message, but {fault}")
            : ProbeVerdict.Healthy("Message", $"{options.Uri.AbsolutePath} says: {shown}");
    }

    // A close without an answer is good enough; the verdict stands.
    private static async Task SayGoodbyeAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        if (socket.State == WebSocketState.Open)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken).ConfigureAwait(false);
        }
    }
}
