using System.Diagnostics;
using System.Globalization;
using OpsRestart.Adapters.Redis;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Redis;

/// <summary>One Redis sentinel that watches one master.</summary>
internal sealed class SentinelServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _directory;

    private SentinelServer(Process process, string directory, int port)
    {
        _process = process;
        _directory = directory;
        Port = port;
    }

    public int Port { get; }

    public static async Task<SentinelServer> StartAsync(string master, int masterPort)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/redis-server"), "redis-server is not installed here");
        var directory = Directory.CreateTempSubdirectory("opsrestart-sentinel-").FullName;
        var port = RedisServer.FreePort();
        var file = Path.Combine(directory, "sentinel.conf");
        await File.WriteAllTextAsync(
            file,
            string.Create(
                CultureInfo.InvariantCulture,
                $"port {port}\nbind 127.0.0.1\ndir {directory}\nsentinel monitor {master} 127.0.0.1 {masterPort} 1\n"
            )
        );
        var process = Process.Start(new ProcessStartInfo("/usr/bin/redis-server", [file, "--sentinel"]) { RedirectStandardOutput = true })!;
        process.BeginOutputReadLine();
        var server = new SentinelServer(process, directory, port);
        await server.WaitAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await StackProcess.EndAsync(_process);
        Directory.Delete(_directory, recursive: true);
    }

    private async Task WaitAsync()
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            try
            {
                await using var connection = await RedisConnection.ConnectAsync(
                    RedisEndpoint.Parse(string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{Port}")),
                    null,
                    default
                );
                return;
            }
            catch (RedisException)
            {
                await Task.Delay(20);
            }
        }

        throw new InvalidOperationException("the sentinel did not start");
    }
}
