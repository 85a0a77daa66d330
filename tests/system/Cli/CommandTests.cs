using System.Diagnostics;
using System.Text.Json;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Runs;

namespace OpsRestart.Tests.System.Cli;

/// <summary>What scripts and timers depend on: exit codes, output, and what signals do. Over real units.</summary>
public sealed class CommandTests : RunTest, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("opsrestart-command-");

    public CommandTests()
    {
        Write(
            "stack",
            "  late: { unit: t-listens-late, ready: \"tcp://127.0.0.1:7102\" }\n  slow: { unit: t-slow-stop, needs: late }\n  plain: "
                + "{ unit: t-plain, needs: late }\n"
        );
        Write(
            "held",
            "  late: { unit: t-listens-late, ready: \"tcp://127.0.0.1:7102\" }\n  held: { unit: t-held-stop, needs: late }\n  plain: "
                + "{ unit: t-plain, needs: late }\n"
        );
        Write(
            "sick",
            "  plain: { unit: t-plain }\n  never: { unit: t-never-listens, needs: plain, ready: { tcp: \"tcp://127.0.0.1:7103\", "
                + "within: 1s } }\n"
        );
        Write("masked", "  plain: { unit: t-plain }\n  masked: { unit: t-masked }\n");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_restart_is_0_and_prints_its_table()
    {
        await UpAsync("t-listens-late", "t-slow-stop", "t-plain");
        var result = await RunAsync("restart", "stack");

        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Matches(@"^\n Restart of stack: done in \d+\.\d s \(critical path \d+\.\d s\)\n", result.Output);
        Assert.Matches(@"\n restart +late +ready +\d", result.Output);
        Assert.Matches(@"\n validate +done +\d", result.Output);
        Assert.Matches(@"\n +\d+\.\ds  stop slow: done\n", result.Errors);
        await AssertRunningAsync("t-listens-late", "t-slow-stop", "t-plain");
    }

    [Fact]
    public async Task Json_is_one_object_a_line_and_nothing_else()
    {
        await UpAsync("t-listens-late", "t-slow-stop", "t-plain");
        var result = await RunAsync("restart", "stack", "--json");

        var lines = result.Output.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Errors);
        Assert.All(lines.SkipLast(1), line => Assert.Equal("event", line.GetProperty("type").GetString()));
        Assert.Equal("result", lines[^1].GetProperty("type").GetString());
        Assert.Equal("Done", lines[^1].GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Status_is_0_when_all_is_well_and_1_when_not()
    {
        await UpAsync("t-listens-late", "t-slow-stop", "t-plain");
        Assert.Equal(0, (await RunAsync("start", "stack")).ExitCode);
        Assert.Equal(0, (await RunAsync("status", "stack")).ExitCode);
        await Shell.BashAsync("systemctl stop t-plain");
        var result = await RunAsync("status", "stack");

        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"\nplain +t-plain +Stopped", result.Output);
        Assert.Matches(@"\nlate +t-listens-late +Running .* healthy, ", result.Output);
    }

    [Fact]
    public async Task Status_for_monitoring_is_one_line_and_its_codes_also_from_a_file()
    {
        await UpAsync("t-listens-late", "t-slow-stop", "t-plain");
        Assert.Equal(0, (await RunAsync("start", "stack")).ExitCode);
        var file = Path.Combine(_folder.FullName, "state");
        var good = await RunAsync("status", "stack", "--format", "nagios", "--state-file", file);

        Assert.True(good.ExitCode == 0, good.Output + good.Errors);
        Assert.Matches(@"\AOK: stack: \d+ checks are good \| '.*'=[\d.]+s\n\z", good.Output);
        Assert.Empty(good.Errors);
        Assert.Matches(@"\A\d+\|0\|OK\|stack: \d+ checks are good\n\z", await File.ReadAllTextAsync(file));
        Assert.Equal("-rw-r--r--", await Shell.BashAsync($"stat -c %A {file}"));

        await Shell.BashAsync("systemctl stop t-plain");
        var bad = await RunAsync("status", "stack", "--format", "nagios", "--state-file", file);
        Assert.Equal(2, bad.ExitCode);
        Assert.Matches(@"\ACRITICAL: stack: 1 of \d+ checks: CRITICAL plain, service t-plain: Stopped\.", bad.Output);
        var read = await RunAsync("status", "stack", "--state-file", file, "--max-age", "10m");
        Assert.Equal((2, bad.Output.Split(" | ")[0]), (read.ExitCode, read.Output.TrimEnd('\n')));
        Assert.Equal([file], Directory.GetFiles(_folder.FullName, "state*"));

        await Shell.BashAsync($"sed -i 's/^[0-9]*/1700000000/' {file}");
        var old = await RunAsync("status", "stack", "--state-file", file, "--max-age", "10m");
        Assert.Equal(3, old.ExitCode);
        Assert.StartsWith($"UNKNOWN: {file} is ", old.Output, StringComparison.Ordinal);
        Assert.Equal(3, (await RunAsync("status", "stack", "--state-file", file + ".none", "--max-age", "10m")).ExitCode);
    }

    [Fact]
    public async Task A_failure_that_was_rolled_back_is_1()
    {
        await UpAsync("t-plain");
        var result = await RunAsync("restart", "sick", "--start-stopped");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("everything is back as it was", result.Output, StringComparison.Ordinal);
        Assert.Contains("opsrestart: ReadyTimeout: t-never-listens runs and is not ready", result.Errors, StringComparison.Ordinal);
        await AssertRunningAsync("t-plain");
        Assert.Equal("inactive", await Systemctl.StateAsync("t-never-listens"));
    }

    [Fact]
    public async Task The_time_limit_is_2()
    {
        await UpAsync("t-listens-late", "t-slow-stop", "t-plain");
        Assert.Equal(2, (await RunAsync("restart", "stack", "--timeout", "1s")).ExitCode);
        await AssertRunningAsync("t-listens-late", "t-slow-stop", "t-plain");
    }

    [Fact]
    public async Task A_refusal_is_6_and_nothing_was_changed()
    {
        await UpAsync("t-plain");
        var before = await Systemctl.ShowAsync("t-plain", "InvocationID");
        var result = await RunAsync("restart", "masked");

        Assert.Equal(6, result.ExitCode);
        Assert.Contains("refused; nothing was changed", result.Output, StringComparison.Ordinal);
        Assert.Contains("masked", result.Errors, StringComparison.Ordinal);
        Assert.Equal(before, await Systemctl.ShowAsync("t-plain", "InvocationID"));
        Assert.Equal(6, (await RunAsync("check", "masked")).ExitCode);
        Assert.Equal(0, (await RunAsync("check", "stack")).ExitCode);
    }

    [Fact]
    public async Task A_second_run_is_6_and_names_the_first()
    {
        using var latch = new Latch();
        await using var units = await HeldAsync(latch);
        using var first = Command.Start(_folder.FullName, "restart", "held");
        await first.UntilAsync("stop plain: done");
        var second = await RunAsync("restart", "held");
        latch.Open();

        Assert.Equal(6, second.ExitCode);
        Assert.Contains("RunInProgress", second.Errors, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"pid {first.Pid}"), second.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await first.EndAsync()).ExitCode);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task A_signal_puts_everything_back_and_is_answered_at_once(string signal)
    {
        using var latch = new Latch();
        await using var units = await HeldAsync(latch);
        using var command = Command.Start(_folder.FullName, "restart", "held");
        await command.UntilAsync("stop plain: done");
        var clock = Stopwatch.StartNew();
        await command.SignalAsync(signal);
        await command.UntilAsync("Stopped by this run: plain");
        var answered = clock.Elapsed;
        latch.Open();
        var result = await command.EndAsync();

        Pace.AssertWithin(answered, TimeSpan.FromSeconds(1));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("cancelled; everything is back as it was", result.Output, StringComparison.Ordinal);
        await AssertRunningAsync("t-listens-late", "t-held-stop", "t-plain");
    }

    [Fact]
    public async Task The_same_signal_twice_leaves_at_once_says_what_is_left_and_is_7()
    {
        using var latch = new Latch();
        await using var units = await HeldAsync(latch);
        using var command = Command.Start(_folder.FullName, "restart", "held");
        await command.UntilAsync("stop plain: done");
        await command.SignalAsync("INT");
        await command.UntilAsync("Interrupted");
        var clock = Stopwatch.StartNew();
        await command.SignalAsync("INT");
        var result = await command.EndAsync();
        var left = clock.Elapsed;
        latch.Open();

        Pace.AssertWithin(left, TimeSpan.FromSeconds(1));
        Assert.Equal(7, result.ExitCode);
        Assert.Contains("opsrestart: Aborted.", result.Errors, StringComparison.Ordinal);
    }

    /// <summary>The stack "held" runs; the stop of one of its services waits for the latch.</summary>
    private static async Task<Units> HeldAsync(Latch latch)
    {
        var units = await Units.InstallAsync(("t-held-stop", Units.Service("/bin/sleep infinity", latch.HoldsStop)));
        await UpAsync("t-listens-late", "t-held-stop", "t-plain");
        return units;
    }

    private Task<ShellResult> RunAsync(params string[] arguments) => Command.RunAsync(_folder.FullName, arguments);

    private void Write(string name, string services) =>
        File.WriteAllText(Path.Combine(_folder.FullName, name + ".yml"), $"graph: {name}\nservices:\n{services}");
}
