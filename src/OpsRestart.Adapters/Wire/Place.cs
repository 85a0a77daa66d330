using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace OpsRestart.Adapters.Wire;

/// <summary>Where a peer listens: a host and port, or a Unix socket.</summary>
internal sealed record Place(string Host, int Port, string? UnixPath = null)
{
    public static Place Unix(string path) => new("localhost", 0, path);

    /// <summary>The host as it stands in an address: IPv6 in brackets.</summary>
    public string UriHost => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;

    /// <summary>
    /// Reads <c>host:port</c>, <c>[::1]:port</c>, <c>unix:/path</c> or an absolute path, with or without <c>scheme://</c> in front.
    /// Null when it is none of these.
    /// </summary>
    public static Place? Parse(string text, int defaultPort = 0)
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

        var (host, port) = Split(text);
        return text.StartsWith('/') ? Unix(text)
            : PortOf(port, defaultPort) is { } number && Uri.CheckHostName(host) != UriHostNameType.Unknown ? new Place(host, number)
            : null;
    }

    /// <summary>The host part of an address; without a host it is this machine.</summary>
    /// <exception cref="FormatException">Its port is none.</exception>
    public static Place Of(string text, int defaultPort)
    {
        // What is still a reference to a secret is judged when it is filled in.
        if (Secrets.HasReference(text))
        {
            return new Place(text, defaultPort);
        }

        var (host, port) = Split(text);
        return PortOf(port, defaultPort) is { } number
            ? new Place(host.Length == 0 ? "localhost" : host, number)
            : throw new FormatException(AddressParts.WrongPort(port));
    }

    /// <summary>A connected stream, with a TLS session when asked for; it owns the socket.</summary>
    /// <exception cref="TlsException">A file of ours can't be read, or the peer's certificate does not hold.</exception>
    public async Task<Stream> ConnectAsync(Tls? tls, CancellationToken cancellationToken) =>
        (await OpenAsync(tls, cancellationToken).ConfigureAwait(false)).Stream;

    /// <summary>The same, and the socket to look at.</summary>
    public async Task<(Socket Socket, Stream Stream)> OpenAsync(Tls? tls, CancellationToken cancellationToken)
    {
        var socket = UnixPath is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Stream? stream = null;
        try
        {
            EndPoint remote = UnixPath is null ? new DnsEndPoint(Host, Port) : new UnixDomainSocketEndPoint(UnixPath);
            await socket.ConnectAsync(remote, cancellationToken).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (tls is not null)
            {
                var secure = new SslStream(stream);
                stream = secure;
                await secure.AuthenticateAsClientAsync(tls.ToClientOptions(Host), cancellationToken).ConfigureAwait(false);
            }

            return (socket, stream);
        }
        catch
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            socket.Dispose();
            throw;
        }
    }

    public override string ToString() => UnixPath ?? string.Create(CultureInfo.InvariantCulture, $"{UriHost}:{Port}");

    private static (string Host, string Port) Split(string text)
    {
        var (colon, bracket) = (text.LastIndexOf(':'), text.LastIndexOf(']'));
        var hasPort = colon > bracket && (bracket >= 0 || text.IndexOf(':') == colon);
        return ((hasPort ? text[..colon] : text).Trim('[', ']'), hasPort ? text[(colon + 1)..] : "");
    }

    private static int? PortOf(string text, int defaultPort) =>
        text.Length == 0 ? (defaultPort > 0 ? defaultPort : null)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535 ? port
        : null;
}
