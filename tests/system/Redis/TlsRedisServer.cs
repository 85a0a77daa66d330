using System.Globalization;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Redis;

/// <summary>A Redis server with TLS and a certificate for localhost that signs itself.</summary>
internal sealed class TlsRedisServer : IAsyncDisposable
{
    private readonly string _directory;

    private TlsRedisServer(RedisServer server, string directory, int port)
    {
        Server = server;
        _directory = directory;
        TlsPort = port;
    }

    /// <summary>The same server, which answers without TLS too.</summary>
    public RedisServer Server { get; }

    public int TlsPort { get; }

    public string AuthorityFile => Path.Combine(_directory, "cert.pem");

    public static async Task<TlsRedisServer> StartAsync()
    {
        var directory = Directory.CreateTempSubdirectory("opsrestart-tls-").FullName;
        LocalhostCertificate.Write(directory);
        var port = RedisServer.FreePort();
        var server = await RedisServer.StartAsync(
            "--tls-port",
            port.ToString(CultureInfo.InvariantCulture),
            "--tls-cert-file",
            $"{directory}/cert.pem",
            "--tls-key-file",
            $"{directory}/key.pem",
            "--tls-auth-clients",
            "no"
        );
        return new TlsRedisServer(server, directory, port);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
