using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OpsRestart.Adapters.Redis;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Redis;

/// <summary>A redis-server of this test's own, on loopback, without persistence. Killed at the end.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly string[] _settings;
    private Process? _process;

    private RedisServer(string directory, int port, string[] settings)
    {
        Directory = directory;
        Port = port;
        _settings = settings;
    }

    public string Directory { get; }

    public int Port { get; }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{Port}/0");

    /// <summary>The program as it stands in a unit file.</summary>
    public string Command => "/usr/bin/redis-server " + string.Join(' ', Arguments.Select(static a => a.Length == 0 ? "\"\"" : a));

    private string[] Arguments =>
        [
            "--port",
            Port.ToString(CultureInfo.InvariantCulture),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            Directory,
            "--loglevel",
            "warning",
            .. _settings,
        ];

    public static bool IsInstalled => File.Exists("/usr/bin/redis-server");

    public static async Task<RedisServer> StartAsync(params string[] settings)
    {
        var server = Prepare(settings);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Does not start it: a unit does (<see cref="Command"/>).</summary>
    public static RedisServer Prepare(params string[] settings)
    {
        Assert.SkipUnless(IsInstalled, "redis-server is not installed here");
        return new RedisServer(global::System.IO.Directory.CreateTempSubdirectory("opsrestart-redis-").FullName, FreePort(), settings);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async Task StartAgainAsync()
    {
        _process = Process.Start(
            new ProcessStartInfo("/usr/bin/redis-server", Arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        for (var attempt = 0; attempt < 3000; attempt++)
        {
            try
            {
                await using var connection = await RedisConnection.OpenAsync(
                    RedisEndpoint.Parse(Address),
                    TimeSpan.FromSeconds(1),
                    default
                );
                await connection.SendAsync(new("PING"), default);
                return;
            }
            catch (RedisException) when (!_process.HasExited)
            {
                await Task.Delay(20);
            }
        }

        throw new InvalidOperationException("redis-server did not start");
    }

    public async Task KillAsync()
    {
        await StackProcess.EndAsync(_process);
        _process = null;
    }

    /// <summary>SHUTDOWN SAVE, so that what it held is there again after <see cref="StartAgainAsync"/>.</summary>
    public async Task StopAndSaveAsync()
    {
        await using (var connection = await ConnectAsync())
        {
            try
            {
                await connection.SendAsync(new("SHUTDOWN", "SAVE"), default);
            }
            catch (RedisException)
            {
                // It answers by closing.
            }
        }

        await _process!.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public Task<RedisConnection> ConnectAsync() => RedisConnection.ConnectAsync(RedisEndpoint.Parse(Address), null, default);

    public async ValueTask DisposeAsync()
    {
        // A stack ends the server that it was given, and so does who gave it.
        await StackProcess.EndAsync(_process);
        _process = null;
        if (global::System.IO.Directory.Exists(Directory))
        {
            global::System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}
