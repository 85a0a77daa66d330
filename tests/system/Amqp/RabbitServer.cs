using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Amqp;

/// <summary>A RabbitMQ node of the tests' own on loopback, with the management plugin and the broker's own defaults. Shared by the classes of its collection.</summary>
public sealed class RabbitServer : IAsyncLifetime
{
    private const string Programs = "/usr/lib/rabbitmq/bin";
    private readonly string directory = Directory.CreateTempSubdirectory("opsrestart-rabbit-").FullName;
    private readonly int port = FreePort();
    private readonly int managementPort = FreePort();
    private readonly int distributionPort = FreePort();
    private readonly int tlsPort = FreePort();
    private readonly int managementTlsPort = FreePort();
    private Process? process;

    public static bool IsInstalled => File.Exists($"{Programs}/rabbitmq-server");

    public string Address => string.Create(CultureInfo.InvariantCulture, $"amqp://guest:guest@127.0.0.1:{port}//");

    public string Management => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{managementPort}");

    public int Port => port;

    public int TlsPort => tlsPort;

    public string ManagementTls => string.Create(CultureInfo.InvariantCulture, $"https://localhost:{managementTlsPort}");

    /// <summary>A certificate for localhost that signs itself.</summary>
    public string AuthorityFile => Path.Combine(directory, "cert.pem");

    public string Folder => directory;

    private string Node => string.Create(CultureInfo.InvariantCulture, $"opsrestart{port}@localhost");

    public async ValueTask InitializeAsync()
    {
        if (!IsInstalled)
        {
            return;
        }

        await File.WriteAllTextAsync(Path.Combine(directory, "plugins"), "[rabbitmq_management].\n");
        WriteCertificate();
        var files = string.Concat(((string[])["ssl_options", "management.ssl"]).Select(s => $"{s}.cacertfile = {directory}/cert.pem\n{s}.certfile = {directory}/cert.pem\n{s}.keyfile = {directory}/key.pem\n"));
        await File.WriteAllTextAsync(Path.Combine(directory, "rabbitmq.conf"), string.Create(CultureInfo.InvariantCulture, $"""
            listeners.tcp.1 = 127.0.0.1:{port}
            listeners.ssl.1 = 127.0.0.1:{tlsPort}
            management.tcp.ip = 127.0.0.1
            management.tcp.port = {managementPort}
            management.ssl.ip = 127.0.0.1
            management.ssl.port = {managementTlsPort}
            {files}
            """));
        await StartAsync();
    }

    /// <summary>Skips the test where there is no RabbitMQ.</summary>
    public void Needed() => Assert.SkipUnless(IsInstalled, "rabbitmq-server is not in this host (package rabbitmq-server)");

    public async Task StartAsync()
    {
        var log = Path.Combine(directory, "start.log");
        var start = new ProcessStartInfo("bash", ["-c", $"exec {Programs}/rabbitmq-server >>'{log}' 2>&1"]);
        SetEnvironment(start);
        process = Process.Start(start)!;
        await Eventually.IsTrueAsync(async () => process.HasExited || await AnswersAsync(), TimeSpan.FromSeconds(90), "RabbitMQ answers");
        Assert.False(process.HasExited, "rabbitmq-server did not start: " + (File.Exists(log) ? await File.ReadAllTextAsync(log) : ""));
    }

    /// <summary>As systemd would stop it.</summary>
    public async Task StopAsync()
    {
        await ControlAsync("stop", Path.Combine(directory, "pid"));
        await process!.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>A signal to the broker's process itself.</summary>
    public async Task SignalAsync(string signal) => await Shell.BashAsync($"kill -{signal} $(cat '{directory}/pid')");

    /// <summary>rabbitmqctl on this node.</summary>
    public async Task<string> ControlAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo($"{Programs}/rabbitmqctl", ["-q", "-n", Node, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        SetEnvironment(start);
        using var control = Process.Start(start)!;
        var errors = control.StandardError.ReadToEndAsync();
        var output = await control.StandardOutput.ReadToEndAsync();
        await control.WaitForExitAsync();
        Assert.True(control.ExitCode == 0, $"rabbitmqctl {string.Join(' ', arguments)}: {output}{await errors}");
        return output;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(directory, recursive: true);
    }

    private void SetEnvironment(ProcessStartInfo start)
    {
        var settings = new Dictionary<string, string>
        {
            ["HOME"] = directory,
            ["RABBITMQ_NODENAME"] = Node,
            ["RABBITMQ_DIST_PORT"] = distributionPort.ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(directory, "data"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(directory, "log"),
            ["RABBITMQ_PID_FILE"] = Path.Combine(directory, "pid"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(directory, "plugins"),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(directory, "rabbitmq.conf"),
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }
    }

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(AuthorityFile, certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, port);
            using var http = new HttpClient();
            return (await http.GetAsync(new Uri(Management))).IsSuccessStatusCode;
        }
        catch (Exception e) when (e is SocketException or HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
