using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Runs;

namespace OpsRestart.Tests.System.Cli;

/// <summary>What a hook, a check or a probe can do to its caller and leave behind on a real host; two users and one lock.</summary>
public sealed class HookTests : RunTest, IDisposable
{
    // ioctl(2) TIOCSTI on whatever terminal can be had: a session's, or one that was left open.
    private const string Push = """
        import fcntl, os, termios
        ends = []
        for place in ["/dev/tty", 0, 1, 2]:
            try:
                fd = os.open(place, os.O_RDWR) if isinstance(place, str) else place
                for c in b"id >/run/t-pushed\n":
                    fcntl.ioctl(fd, termios.TIOCSTI, bytes([c]))
                ends.append("pushed")
            except OSError as e:
                ends.append(e.strerror)
        print(ends, os.getsid(0) == os.getpid(), sorted(os.environ), flush=True)
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("opsrestart-hooks-");

    public HookTests() => File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0x1ED);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_hook_as_another_user_can_push_nothing_into_root_s_terminal()
    {
        await UpAsync("t-plain");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "push.py"), Push);
        Write("stack", "  migrate: { command: [python3, push.py], user: tester, workingDirectory: " + _folder.FullName + " }\n");
        await Shell.BashAsync("rm -f /run/t-pushed; command -v python3");

        // script(1) gives opsrestart a terminal, as an admin has one; its shell would run what was pushed.
        await Shell.RunAsync(
            "script",
            [
                "-qec",
                $"OPSRESTART_SECRET=geheim OPSRESTART_CONFIG_PATH={_folder.FullName} {Program} restart stack --json >/run/t-out; sleep 1",
                "/dev/null",
            ]
        );
        var told = await Shell.BashAsync("grep -o 'True \\[.*\\]' /run/t-out || cat /run/t-out");
        Assert.StartsWith("True [", told, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", told, StringComparison.Ordinal);
        Assert.DoesNotContain("pushed", await Shell.BashAsync("cat /run/t-out; ls /run | grep t-pushed || true"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Nothing_of_a_hook_is_left_when_opsrestart_is_ended(string signal)
    {
        await UpAsync("t-plain");
        Write(
            "stack",
            "  migrate: { command: [bash, -c, \"trap '' TERM; (setsid sleep 4712 &); env -i setsid sleep 4712 & sleep 4712\"] }\n"
        );
        using var command = Command.Start(_folder.FullName, "restart", "stack");
        await Eventually.IsTrueAsync(async () => await CountAsync() == 3, Patience, "three sleeps");
        await command.SignalAsync(signal);
        await command.EndAsync();
        await Eventually.IsTrueAsync(async () => await CountAsync() == 0, Patience, "no sleep left");
        await Eventually.IsTrueAsync(
            async () => await Shell.BashAsync("find /sys/fs/cgroup -name 'opsrestart-[0-9]*' -type d | wc -l") == "0",
            Patience,
            "no control group left"
        );
        if (signal != "KILL")
        {
            await AssertRunningAsync("t-plain");
        }
    }

    [Fact]
    public async Task A_check_and_a_probe_that_hang_are_ended_and_said()
    {
        await UpAsync("t-plain");
        Write("stack", "", check: "[bash, -c, \"trap '' TERM; sleep 4712 & sleep 4712; sleep 4712\"], checkTimeout: 1s");
        var result = await Command.RunAsync(_folder.FullName, "restart", "stack");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("did not end within 1.0s", result.Errors + result.Output, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync());

        Write(
            "stack",
            "",
            check: "[\"true\"], ready: { exec: [bash, -c, \"setsid sleep 4712 & sleep 4712\"], timeout: 500ms, within: 1s }"
        );
        result = await Command.RunAsync(_folder.FullName, "status", "stack");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_user_finds_the_processes_of_its_commands_without_control_groups_too()
    {
        Write(
            "stack",
            "",
            check: "[bash, -c, \"setsid sleep 4712 & (sleep 4712 &); trap '' TERM; sleep 4712; sleep 4712\"], checkTimeout: 1s"
        );
        var result = await AsTesterAsync("check stack");
        Assert.Contains("did not end within 1.0s", result.Errors + result.Output, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task Root_and_a_user_exclude_each_other_and_are_named()
    {
        const string Lock = "/run/lock/opsrestart-stack.lock";
        Write("stack", "  migrate: { command: [bash, -c, \"sleep 4712\"] }\n");
        await UpAsync("t-plain");
        await Shell.BashAsync($"rm -rf {Lock}");
        using (var root = Command.Start(_folder.FullName, "restart", "stack"))
        {
            await Eventually.IsTrueAsync(async () => await CountAsync() == 1, Patience, "the hook runs");
            var refused = await AsTesterAsync("restart stack --force");
            Assert.Contains("in progress", refused.Errors, StringComparison.Ordinal);
            Assert.Contains("root", refused.Errors, StringComparison.Ordinal);
            await root.SignalAsync("KILL");
            await root.EndAsync();
            await Eventually.IsTrueAsync(async () => await CountAsync() == 0, Patience, "no sleep left");
        }

        // The other way round: a user that holds the lock is named, and root is told what to do.
        await Shell.BashAsync($"rm -rf {Lock}; systemd-run --unit=t-holder --uid=tester --collect flock {Lock} sleep 4713");
        await Eventually.IsTrueAsync(
            async () => (await Shell.RunAsync("flock", ["-n", Lock, "true"])).ExitCode != 0,
            Patience,
            "tester holds it"
        );
        var held = await Command.RunAsync(_folder.FullName, "restart", "stack");
        Assert.Contains("tester, by ", held.Errors, StringComparison.Ordinal);
        Assert.Contains("end it: kill ", held.Errors, StringComparison.Ordinal);
        await Shell.BashAsync("systemctl stop t-holder");

        // What a user puts in the way of the lock neither harms a file of root's nor keeps root out.
        await Shell.BashAsync($"rm -rf {Lock}; echo precious >/run/t-victim; runuser -u tester -- ln -s /run/t-victim {Lock}");
        Write("stack", "");
        Assert.Equal(0, (await Command.RunAsync(_folder.FullName, "restart", "stack")).ExitCode);
        Assert.Equal("precious", await Shell.BashAsync("cat /run/t-victim"));
        Assert.Equal("root 644 regular empty file", await Shell.BashAsync($"stat -c '%U %a %F' {Lock}"));
    }

    [Fact]
    public async Task A_user_s_state_is_refused_where_another_could_write_it_and_nothing_falls_back_to_tmp()
    {
        Write("stack", "");
        await Shell.BashAsync(
            "rm -rf /tmp/opsrestart-tester /home/tester/.local; mkdir -p /run/t-open && chmod 777 /run/t-open; ln -sfn /home/tester "
                + "/tmp/opsrestart-tester && chown -h daemon /tmp/opsrestart-tester"
        );
        var refused = await AsTesterAsync("restart stack --force", "OPSRESTART_STATE_DIR=/run/t-open");
        Assert.Contains("mode 777", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("chmod go-w", refused.Errors, StringComparison.Ordinal);
        refused = await AsTesterAsync("restart stack --force", "OPSRESTART_STATE_DIR=/tmp/opsrestart-tester");
        Assert.Contains("a symbolic link of daemon", refused.Errors, StringComparison.Ordinal);
        Assert.Equal("", await Shell.BashAsync("ls /home/tester | grep -x 'locks\\|runs' || true"));
        await AsTesterAsync("restart stack --force", "UMASK=0");
        Assert.Equal("700", await Shell.BashAsync("stat -c %a /home/tester/.local/state/opsrestart"));
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "OpsRestart.Cli");

    private Task<ShellResult> AsTesterAsync(string arguments, string variable = "IGNORED=1") =>
        Shell.RunAsync(
            "bash",
            [
                "-c",
                $"""
                umask 0; cd / && exec setpriv --reuid tester --regid tester --init-groups env -i HOME=/home/tester USER=tester PATH="$PATH" DOTNET_ROOT="$DOTNET_ROOT" \
                  OPSRESTART_CONFIG_PATH={_folder.FullName} {variable} {Program} {arguments}
                """,
            ]
        );

    private static async Task<int> CountAsync() =>
        int.Parse(await Shell.BashAsync("pgrep -xfc 'sleep 4712' || true"), global::System.Globalization.CultureInfo.InvariantCulture);

    private void Write(string name, string hooks, string check = "[\"true\"]") =>
        File.WriteAllText(
            Path.Combine(_folder.FullName, name + ".yml"),
            $"graph: {name}\nservices:\n  plain: {{ unit: t-plain, check: {check} }}\n" + (hooks.Length > 0 ? "hooks:\n" + hooks : "")
        );
}
