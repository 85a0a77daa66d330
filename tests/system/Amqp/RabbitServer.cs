using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Amqp;

/// <summary>
/// A RabbitMQ node of the tests' own on loopback, with the management plugin and the broker's own defaults. Shared by the classes of its
/// collection.
/// </summary>
public sealed class RabbitServer : IAsyncLifetime
{
    private const string Programs = "/usr/lib/rabbitmq/bin";
    private readonly string _directory = Directory.CreateTempSubdirectory("opsrestart-rabbit-").FullName;
    private readonly int _port = FreePort();
    private readonly int _managementPort = FreePort();
    private readonly int _distributionPort = FreePort();
    private readonly int _tlsPort = FreePort();
    private readonly int _managementTlsPort = FreePort();
    private Process? _process;

    public static bool IsInstalled => File.Exists($"{Programs}/rabbitmq-server");

    public string Address => string.Create(CultureInfo.InvariantCulture, $"amqp://guest:guest@127.0.0.1:{_port}//");

    public string Management => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_managementPort}");

    public int Port => _port;

    public int TlsPort => _tlsPort;

    public string ManagementTls => string.Create(CultureInfo.InvariantCulture, $"https://localhost:{_managementTlsPort}");

    /// <summary>A certificate for localhost that signs itself.</summary>
    public string AuthorityFile => Path.Combine(_directory, "cert.pem");

    public string Folder => _directory;

    private string Node => string.Create(CultureInfo.InvariantCulture, $"opsrestart{_port}@localhost");

    public async ValueTask InitializeAsync()
    {
        if (IsInstalled)
        {
            await PrepareAsync();
            await StartAsync();
        }
    }

    /// <summary>Writes its settings and does not start it: a unit does (<see cref="UnitText"/>).</summary>
    public async Task PrepareAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "plugins"), "[rabbitmq_management].\n");
        LocalhostCertificate.Write(_directory);
        var files = string.Concat(
            ((string[])["ssl_options", "management.ssl"]).Select(s =>
                $"{s}.cacertfile = {_directory}/cert.pem\n{s}.certfile = {_directory}/cert.pem\n{s}.keyfile = {_directory}/key.pem\n"
            )
        );
        await File.WriteAllTextAsync(
            Path.Combine(_directory, "rabbitmq.conf"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                listeners.tcp.1 = 127.0.0.1:{_port}
                listeners.ssl.1 = 127.0.0.1:{_tlsPort}
                ssl_options.verify = verify_peer
                ssl_options.fail_if_no_peer_cert = false
                management.tcp.ip = 127.0.0.1
                management.tcp.port = {_managementPort}
                management.ssl.ip = 127.0.0.1
                management.ssl.port = {_managementTlsPort}
                {files}
                """
            )
        );
    }

    public string UnitText =>
        Units.Service(
            $"{Programs}/rabbitmq-server",
            [
                $"ExecStop={Programs}/rabbitmqctl -q -n {Node} shutdown",
                "KillMode=mixed",
                "TimeoutStopSec=60",
                .. Settings.Select(static s => $"Environment={s.Key}={s.Value}"),
            ]
        );

    /// <summary>Skips the test where there is no RabbitMQ.</summary>
    public void Needed() => Assert.SkipUnless(IsInstalled, "rabbitmq-server is not in this host (package rabbitmq-server)");

    public async Task StartAsync()
    {
        var log = Path.Combine(_directory, "start.log");
        var start = new ProcessStartInfo("bash", ["-c", $"exec {Programs}/rabbitmq-server >>'{log}' 2>&1"]);
        SetEnvironment(start);
        _process = Process.Start(start)!;
        await UntilItAnswersAsync();
        Assert.False(_process.HasExited, "rabbitmq-server did not start: " + (File.Exists(log) ? await File.ReadAllTextAsync(log) : ""));
    }

    public Task UntilItAnswersAsync() =>
        Eventually.IsTrueAsync(
            async () => _process?.HasExited == true || await AnswersAsync(),
            TimeSpan.FromSeconds(90),
            "RabbitMQ answers"
        );

    /// <summary>As systemd would stop it.</summary>
    public async Task StopAsync()
    {
        await ControlAsync("stop", Path.Combine(_directory, "pid"));
        await _process!.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>
    /// A signal to the broker's process itself. A STOP holds when every thread has stopped, which is a moment after the kill: until then
    /// one may still answer.
    /// </summary>
    public Task SignalAsync(string signal) =>
        Shell.BashAsync(
            $"p=$(cat '{_directory}/pid'); kill -{signal} $p; [ {signal} != STOP ] || while grep -L '^State:.T' /proc/$p/task/*/status | grep -q .; "
                + "do sleep 0.01; done"
        );

    /// <summary>rabbitmqctl on this node.</summary>
    public async Task<string> ControlAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo($"{Programs}/rabbitmqctl", ["-q", "-n", Node, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
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
        await StackProcess.EndAsync(_process);
        _process?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private Dictionary<string, string> Settings =>
        new()
        {
            ["HOME"] = _directory,
            ["RABBITMQ_NODENAME"] = Node,
            ["RABBITMQ_DIST_PORT"] = _distributionPort.ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(_directory, "data"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(_directory, "log"),
            ["RABBITMQ_PID_FILE"] = Path.Combine(_directory, "pid"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_directory, "plugins"),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(_directory, "rabbitmq.conf"),
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
        };

    private void SetEnvironment(ProcessStartInfo start)
    {
        foreach (var (name, value) in Settings)
        {
            start.Environment[name] = value;
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, _port);
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
