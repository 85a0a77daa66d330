using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace OpsRestart.Adapters.Redis;

/// <summary>Opens the byte stream to a server: TCP, Unix socket, TLS.</summary>
internal static class RedisSocket
{
    /// <summary>The stream owns the socket.</summary>
    public static async Task<(Socket Socket, Stream Stream)> OpenAsync(RedisEndpoint endpoint, CancellationToken cancellationToken)
    {
        var socket = endpoint.UnixPath is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (endpoint.UnixPath is { } path)
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken).ConfigureAwait(false);
            }

            var stream = new NetworkStream(socket, ownsSocket: true);
            return (socket, endpoint.Tls ? await SecureAsync(stream, endpoint, cancellationToken).ConfigureAwait(false) : stream);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> SecureAsync(Stream inner, RedisEndpoint endpoint, CancellationToken cancellationToken)
    {
        var tls = new SslStream(inner, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(Options(endpoint), cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static SslClientAuthenticationOptions Options(RedisEndpoint endpoint)
    {
        var wanted = endpoint.TlsOptions;
        var options = new SslClientAuthenticationOptions { TargetHost = endpoint.Host };
        if (!wanted.Verify)
        {
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        }
        else if (wanted.AuthorityFile is { } file)
        {
            options.CertificateChainPolicy = TrustOnly(file);
        }

        if (wanted.CertificateFile is { } certificate)
        {
            options.ClientCertificates = [ReadClientCertificate(certificate, wanted.KeyFile)];
        }

        return options;
    }

    private static X509ChainPolicy TrustOnly(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new AuthenticationException($"ssl_ca_certs={file} can't be read: {e.Message}", e);
        }

        return policy;
    }

    private static X509Certificate2 ReadClientCertificate(string certificate, string? key)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificate, key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new AuthenticationException($"ssl_certfile={certificate} can't be read: {e.Message}", e);
        }
    }
}
