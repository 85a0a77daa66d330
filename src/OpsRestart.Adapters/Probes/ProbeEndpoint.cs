using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace OpsRestart.Adapters.Probes;

/// <summary>A host and port, or a Unix socket.</summary>
internal sealed record ProbeEndpoint(string Host, int Port, string? UnixPath = null)
{
    public static ProbeEndpoint Unix(string path) => new("localhost", 0, path);

    /// <summary>
    /// Reads <c>host:port</c>, <c>[::1]:port</c>, <c>unix:/path</c> or an absolute path, with or without <c>scheme://</c> in front.
    /// Null when it is none of these.
    /// </summary>
    public static ProbeEndpoint? Parse(string text, int? defaultPort = null)
    {
        text = text.Trim();
        if (text.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme)
        {
            var unix = text.StartsWith("unix:", StringComparison.OrdinalIgnoreCase);
            text = unix ? text[(scheme + 3)..] : text[(scheme + 3)..].TrimEnd('/');
        }

        if (text.StartsWith("unix:", StringComparison.OrdinalIgnoreCase))
        {
            text = text["unix:".Length..];
        }

        return text.StartsWith('/') ? Unix(text) : ParseHostPort(text, defaultPort);
    }

    /// <summary>A connected stream, with TLS when asked for.</summary>
    public async Task<Stream> ConnectAsync(ProbeTls? tls, CancellationToken cancellationToken)
    {
        var stream = await ConnectPlainAsync(cancellationToken).ConfigureAwait(false);
        if (tls is null)
        {
            return stream;
        }

        var secure = new SslStream(stream);
        try
        {
            await secure.AuthenticateAsClientAsync(tls.ToClientOptions(Host), cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<Stream> ConnectPlainAsync(CancellationToken cancellationToken)
    {
        var socket = UnixPath is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            EndPoint remote = UnixPath is null ? new DnsEndPoint(Host, Port) : new UnixDomainSocketEndPoint(UnixPath);
            await socket.ConnectAsync(remote, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public override string ToString() => UnixPath ?? string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}");

    private static ProbeEndpoint? ParseHostPort(string text, int? defaultPort)
    {
        var colon = text.LastIndexOf(':');
        var bracket = text.LastIndexOf(']');
        var hasPort = colon > bracket && (bracket >= 0 || text.IndexOf(':') == colon);
        var host = (hasPort ? text[..colon] : text).Trim('[', ']');
        var port = defaultPort ?? 0;
        if (hasPort && !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
        {
            return null;
        }

        return host.Length > 0 && port is > 0 and <= 65535 && Uri.CheckHostName(host) != UriHostNameType.Unknown ? new ProbeEndpoint(host, port) : null;
    }
}
