using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OpsRestart.Adapters.Redis;

namespace OpsRestart.Tests.System.Redis;

/// <summary>A redis-server of this test's own, on loopback, without persistence. Killed at the end.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly string[] settings;
    private Process? process;

    private RedisServer(string directory, int port, string[] settings)
    {
        Directory = directory;
        Port = port;
        this.settings = settings;
    }

    public string Directory { get; }

    public int Port { get; }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{Port}/0");

    public static bool IsInstalled => File.Exists("/usr/bin/redis-server");

    public static async Task<RedisServer> StartAsync(params string[] settings)
    {
        Assert.SkipUnless(IsInstalled, "redis-server is not installed here");
        var server = new RedisServer(global::System.IO.Directory.CreateTempSubdirectory("opsrestart-redis-").FullName, FreePort(), settings);
        await server.StartAgainAsync();
        return server;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async Task StartAgainAsync()
    {
        string[] arguments = ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--dir", Directory, "--loglevel", "warning", .. settings];
        process = Process.Start(new ProcessStartInfo("/usr/bin/redis-server", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        for (var attempt = 0; attempt < 3000; attempt++)
        {
            try
            {
                await using var connection = await RedisConnection.OpenAsync(RedisEndpoint.Parse(Address), TimeSpan.FromSeconds(1), default);
                await connection.SendAsync(new("PING"), default);
                return;
            }
            catch (RedisException) when (!process.HasExited)
            {
                await Task.Delay(20);
            }
        }

        throw new InvalidOperationException("redis-server did not start");
    }

    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
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

        await process!.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public Task<RedisConnection> ConnectAsync() => RedisConnection.ConnectAsync(RedisEndpoint.Parse(Address), null, default);

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await KillAsync();
        }

        if (global::System.IO.Directory.Exists(Directory))
        {
            global::System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}
