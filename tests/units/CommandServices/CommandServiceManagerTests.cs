using System.Diagnostics;
using System.Globalization;
using OpsRestart.Adapters.Commands;
using OpsRestart.Adapters.CommandServices;
using OpsRestart.Core.Services;

namespace OpsRestart.Tests.Units.CommandServices;

/// <summary>Real commands, judged by the files that they leave and by /proc.</summary>
public sealed class CommandServiceManagerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("opsrestart-service-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0, ServiceState.Running)]
    [InlineData(3, ServiceState.Stopped)]
    [InlineData(1, ServiceState.Failed)]
    [InlineData(2, ServiceState.Failed)]
    [InlineData(4, ServiceState.Unknown)]
    [InlineData(69, ServiceState.Unknown)]
    public async Task The_exit_code_of_status_is_the_state(int code, ServiceState state)
    {
        var service = await ReadAsync(Manager("true", "true", $"echo so it is; exit {code}"));
        Assert.Equal((state, ServiceManagerKind.Command, "site"), (service.State, service.Manager, service.Name));
        if (state == ServiceState.Unknown)
        {
            Assert.Contains($"exit code {code}", service.Result, StringComparison.Ordinal);
            Assert.Contains("so it is", service.Result, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_status_the_state_is_unknown_until_a_stop_or_a_failed_start_made_it_known()
    {
        var manager = Manager("test -e ok", "true", null);
        Assert.Equal(ServiceState.Unknown, (await ReadAsync(manager)).State);
        Assert.Contains("no 'status'", (await ReadAsync(manager)).Result, StringComparison.Ordinal);

        Assert.True((await manager.StopAsync("site", Token)).Succeeded);
        Assert.Equal(ServiceState.Stopped, (await ReadAsync(manager)).State);

        Assert.False((await manager.StartAsync("site", Token)).Succeeded);
        Assert.Equal(ServiceState.Failed, (await ReadAsync(manager)).State);

        await File.WriteAllTextAsync(Path.Combine(_folder, "ok"), "", Token);
        Assert.True((await manager.StartAsync("site", Token)).Succeeded);
        Assert.Equal(ServiceState.Unknown, (await ReadAsync(manager)).State);
    }

    [Fact]
    public async Task A_start_is_done_when_status_says_up_and_what_it_leaves_running_stays()
    {
        var manager = Manager(
            "(sleep 0.6; setsid sleep 1234 & echo $! >pid) >/dev/null 2>&1 &",
            "kill $(cat pid); rm pid",
            "test -e pid || exit 3; kill -0 $(cat pid) 2>/dev/null || exit 1"
        );
        Assert.Equal(ServiceState.Stopped, (await ReadAsync(manager)).State);
        var started = await manager.StartAsync("site", Token);
        Assert.True(started.Succeeded, started.Raw);
        Assert.NotNull(ProcessEntry.Find(await PidAsync("pid")));

        Assert.True((await manager.StopAsync("site", Token)).Succeeded);
        Assert.Equal(ServiceState.Stopped, (await ReadAsync(manager)).State);
    }

    [Fact]
    public async Task A_start_that_fails_says_how_and_leaves_nothing_running()
    {
        var manager = Manager("setsid sleep 1235 >/dev/null 2>&1 & echo $! >pid; echo no room >&2; exit 7", "true", "exit 3");
        var failed = await manager.StartAsync("site", Token);
        Assert.Equal(ServiceJobStatus.Failed, failed.Status);
        Assert.Equal("'start' ended with exit code 7: no room", failed.Raw);
        Assert.Null(ProcessEntry.Find(await PidAsync("pid")));
    }

    [Fact]
    public async Task A_stop_that_hangs_is_ended_by_a_kill_with_all_that_it_had_started()
    {
        var manager = Manager("true", "trap '' TERM; setsid sleep 1236 & echo $! >pid; echo $$ >own; while :; do sleep 0.1; done", null);
        var stopping = manager.StopAsync("site", Token);
        var own = Path.Combine(_folder, "own");
        while (!File.Exists(own) || (await manager.GetProcessesAsync("site", Token)).Count < 2)
        {
            await Task.Delay(20, Token);
        }

        await manager.KillAsync("site", 9, Token);
        var ended = await stopping;
        Assert.Equal(ServiceJobStatus.Failed, ended.Status);
        Assert.Contains("took too long", ended.Raw, StringComparison.Ordinal);
        foreach (var file in new[] { "pid", "own" })
        {
            Assert.Null(ProcessEntry.Find(await PidAsync(file)));
        }

        Assert.Empty(await manager.GetProcessesAsync("site", Token));
        Assert.Equal(ServiceState.Unknown, (await ReadAsync(manager)).State);
    }

    [Fact]
    public async Task A_start_whose_time_is_over_is_ended()
    {
        var manager = Manager("echo $$ >own; sleep 1237", "true", null);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var starting = manager.StartAsync("site", over.Token);
        var own = Path.Combine(_folder, "own");
        while (!File.Exists(own) || (await File.ReadAllTextAsync(own, Token)).Length == 0)
        {
            await Task.Delay(20, Token);
        }

        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        Assert.Null(ProcessEntry.Find(await PidAsync("own")));
        Assert.Equal(ServiceState.Failed, (await ReadAsync(manager)).State);
    }

    [Fact]
    public async Task A_status_that_hangs_says_nothing_in_time()
    {
        var manager = Manager("true", "true", "sleep 1238", static c => c with { Timeout = TimeSpan.FromMilliseconds(300) });
        var clock = Stopwatch.StartNew();
        var service = await ReadAsync(manager);
        Assert.Equal(ServiceState.Unknown, service.State);
        Assert.Contains("did not end within 0.3s", service.Result, StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task What_is_not_there_is_told_and_is_no_exception()
    {
        var gone = new ServiceCommands
        {
            Start = ["/no/such/program"],
            Stop = ["no-such-program"],
            Status = ["/no/such/status"],
        };
        var manager = Manager(gone);
        Assert.Contains("/no/such/status", (await ReadAsync(manager)).Result, StringComparison.Ordinal);
        Assert.Contains("no such file", (await manager.StartAsync("site", Token)).Raw, StringComparison.Ordinal);
        Assert.Contains("no such program in PATH", (await manager.StopAsync("site", Token)).Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_is_its_own_command_or_a_stop_and_a_start()
    {
        var own = Manager("echo start >>did", "echo stop >>did", null, static c => c with { Restart = ["sh", "-c", "echo restart >>did"] });
        Assert.True((await own.RestartAsync("site", Token)).Succeeded);
        Assert.True((await Manager("echo start >>did", "echo stop >>did", null).RestartAsync("site", Token)).Succeeded);
        Assert.Equal(["restart", "stop", "start"], await File.ReadAllLinesAsync(Path.Combine(_folder, "did"), Token));
    }

    [Fact]
    public async Task What_commands_print_is_the_log_and_a_cursor_leaves_out_what_was_before()
    {
        var log = new CommandServiceLog(TimeProvider.System);
        var manager = Manager(
            new ServiceCommands { Start = ["sh", "-c", "echo one; echo $GIVEN"], Stop = ["sh", "-c", "echo two"] } with
            {
                WorkingDirectory = _folder,
                Environment = new Dictionary<string, string> { ["GIVEN"] = "given" },
            },
            log
        );
        await manager.StartAsync("site", Token);
        var cursor = await log.GetCursorAsync(Token);
        await manager.StopAsync("site", Token);
        Assert.Equal(["one", "given", "two"], await LinesAsync(log, new ServiceLogQuery { Services = ["site"] }));
        Assert.Equal(["two"], await LinesAsync(log, new ServiceLogQuery { Services = ["site"], AfterCursor = cursor }));
        Assert.Equal([], await LinesAsync(log, new ServiceLogQuery { Services = ["other"] }));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<int> PidAsync(string file) =>
        int.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, file), Token), CultureInfo.InvariantCulture);

    private static async Task<List<string>> LinesAsync(CommandServiceLog log, ServiceLogQuery query)
    {
        var lines = new List<string>();
        await foreach (var entry in log.ReadAsync(query, Token))
        {
            lines.Add(entry.Message);
        }

        return lines;
    }

    private static Task<ManagedService> ReadAsync(IServiceManager manager) => manager.ReadAsync("site", Token);

    private static CommandServiceManager Manager(ServiceCommands commands, CommandServiceLog? log = null) =>
        new("site", commands, log ?? new CommandServiceLog(TimeProvider.System), TimeProvider.System);

    private CommandServiceManager Manager(string start, string stop, string? status, Func<ServiceCommands, ServiceCommands>? change = null)
    {
        var commands = new ServiceCommands
        {
            Start = ["bash", "-c", start],
            Stop = ["bash", "-c", stop],
            Status = status is null ? [] : ["bash", "-c", status],
            WorkingDirectory = _folder,
        };
        return Manager(change?.Invoke(commands) ?? commands);
    }
}
