using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpsRestart.Tests.System.Redis;

/// <summary>A Redis server with TLS and a certificate for localhost that signs itself.</summary>
internal sealed class TlsRedisServer : IAsyncDisposable
{
    private readonly string directory;

    private TlsRedisServer(RedisServer server, string directory, int port)
    {
        Server = server;
        this.directory = directory;
        TlsPort = port;
    }

    /// <summary>The same server, which answers without TLS too.</summary>
    public RedisServer Server { get; }

    public int TlsPort { get; }

    public string AuthorityFile => Path.Combine(directory, "cert.pem");

    public static async Task<TlsRedisServer> StartAsync()
    {
        var directory = Directory.CreateTempSubdirectory("opsrestart-tls-").FullName;
        WriteCertificate(directory);
        var port = RedisServer.FreePort();
        var server = await RedisServer.StartAsync(
            "--tls-port", port.ToString(CultureInfo.InvariantCulture), "--tls-cert-file", $"{directory}/cert.pem", "--tls-key-file", $"{directory}/key.pem", "--tls-auth-clients", "no");
        return new TlsRedisServer(server, directory, port);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    private static void WriteCertificate(string directory)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(directory, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
