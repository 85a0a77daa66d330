using OpsRestart.Adapters.Supervisor;
using OpsRestart.Core.Services;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Supervisor;

/// <summary>Log files of programs that real supervisord writes, and rotates.</summary>
public sealed class SupervisorLogTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_files_are_read_and_a_cursor_gives_what_came_after_it()
    {
        await using var server = await SupervisorServer.StartAsync(
            """
            [program:web]
            command=/bin/bash -c "echo out; echo err >&2; read; echo more; sleep 1000"
            """
        );
        await using var log = new SupervisorLog(server.Address, TimeProvider.System);
        await Eventually.IsTrueAsync(async () => (await ReadAsync(log, new ServiceLogQuery { Services = ["web"] })).Count == 2);
        var lines = await ReadAsync(log, new ServiceLogQuery { Services = ["web"] });
        Assert.Equal(["err", "out"], lines.Select(static l => l.Message).Order(StringComparer.Ordinal));
        Assert.All(lines, l => Assert.InRange(DateTime.UtcNow - l.Time, TimeSpan.Zero, TimeSpan.FromMinutes(2)));

        var cursor = await log.GetCursorAsync(Token);
        Assert.Empty(await ReadAsync(log, new ServiceLogQuery { Services = ["web"], AfterCursor = cursor }));
        await server.ControlAsync("signal", "CONT", "web");
        await File.AppendAllTextAsync(Directory.GetFiles(server.Folder, "web-stdout*").Single(), "more\n", Token);
        Assert.Equal("more", Assert.Single(await ReadAsync(log, new ServiceLogQuery { Services = ["web"], AfterCursor = cursor })).Message);
        Assert.Single(await ReadAsync(log, new ServiceLogQuery { Services = ["web"], Tail = 1 }));
        Assert.Empty(await ReadAsync(log, new ServiceLogQuery { Services = ["other*"] }));
    }

    [Fact]
    public async Task A_follow_loses_no_line_over_a_rotation()
    {
        await using var server = await SupervisorServer.StartAsync(
            """
            [program:chat]
            command=/bin/bash -c "for i in $(seq 1 400); do echo line-%%i $i; sleep 0.01; done; sleep 1000"
            stdout_logfile_maxbytes=2000
            stdout_logfile_backups=20
            autostart=false
            """.Replace("%%i", "", StringComparison.Ordinal)
        );
        await using var log = new SupervisorLog(server.Address, TimeProvider.System);
        var seen = new List<string>();
        var reading = Task.Run(
            async () =>
            {
                await foreach (var entry in log.ReadAsync(new ServiceLogQuery { Services = ["chat"], Follow = true }, Token))
                {
                    seen.Add(entry.Message);
                    if (entry.Message.EndsWith(" 400", StringComparison.Ordinal))
                    {
                        return;
                    }
                }
            },
            Token
        );
        await server.ControlAsync("start", "chat");
        await reading.WaitAsync(TimeSpan.FromSeconds(60), Token);
        Assert.Equal(Enumerable.Range(1, 400).Select(static i => $"line- {i}"), seen);
        Assert.True(Directory.GetFiles(server.Folder, "chat-stdout*").Length > 1, "it was never rotated: this test proves nothing");
    }

    private static async Task<List<ServiceLogEntry>> ReadAsync(SupervisorLog log, ServiceLogQuery query)
    {
        var entries = new List<ServiceLogEntry>();
        await foreach (var entry in log.ReadAsync(query, Token))
        {
            entries.Add(entry);
        }

        return entries;
    }
}
