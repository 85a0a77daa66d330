using System.Diagnostics;
using OpsRestart.Adapters.Commands;

namespace OpsRestart.Tests.Units.Execution;

public sealed class CommandRunnerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("opsrestart-command-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_exit_code_and_the_last_lines_of_both_outputs_are_told()
    {
        var result = await RunAsync("echo out; echo err >&2; exit 3");
        Assert.Equal(3, result.ExitCode);
        Assert.Equal(["err", "out"], result.Output.Order());
    }

    [Fact]
    public async Task It_runs_in_a_session_of_its_own_without_a_terminal_and_with_nothing_to_read()
    {
        var result = await RunAsync(
            "cut -d' ' -f6,7 /proc/self/stat; echo $$; readlink /proc/self/fd/0; tty; (: </dev/tty) 2>/dev/null || echo no terminal; exit 0"
        );
        Assert.Equal([$"{result.Output[1]} 0", result.Output[1], "/dev/null", "not a tty", "no terminal"], result.Output);
    }

    [Fact]
    public async Task It_inherits_no_variables_but_those_that_are_documented()
    {
        Environment.SetEnvironmentVariable("OPSRESTART_TEST_SECRET", "geheim");
        var result = await RunAsync("env | cut -d= -f1", environment: new() { ["GIVEN"] = "${env:OPSRESTART_TEST_SECRET}" });
        var allowed = new[]
        {
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "SHELL",
            "LANG",
            "LC_ALL",
            "LC_CTYPE",
            "TZ",
            "XDG_RUNTIME_DIR",
            "OPSRESTART_COMMAND",
            "GIVEN",
            "PWD",
            "SHLVL",
            "_",
            "OLDPWD",
        };
        Assert.Empty(result.Output.Except(allowed));
        Assert.Equal(
            ["geheim"],
            (await RunAsync("echo $GIVEN", environment: new() { ["GIVEN"] = "${env:OPSRESTART_TEST_SECRET}" })).Output
        );
    }

    public static MatrixTheoryData<bool, string> Survivors =>
        new(
            [true, false],
            [
                "sleep 1000 & sleep 1000",
                "trap '' TERM HUP; (trap '' TERM HUP; while :; do sleep 1; done) & while :; do sleep 1; done",
                "setsid sleep 1000 & sleep 1000",
                "setsid sh -c 'setsid sleep 1000 & ' & sleep 1000",
                "(sleep 1000 &) ; sleep 1000",
                "env -i sleep 1000 & sleep 1000",
                "setsid sh -c 'trap \"\" TERM; while :; do sleep 0.1; done' >/dev/null 2>&1 & wait",
                "kill -STOP $$",
            ]
        );

    [Theory]
    [MemberData(nameof(Survivors))]
    public async Task Nothing_of_a_command_that_was_cut_off_is_left(bool inGroup, string script)
    {
        Assert.SkipWhen(inGroup && !HasGroups(), "this user may make no control group here");
        var mark = Path.Combine(_folder, "alive");
        using var stop = new CancellationTokenSource();
        var run = RunAsync($"echo 1 >{mark}; cd {_folder}; {script}", inGroup: inGroup, cancellationToken: stop.Token);
        await Until(() => File.Exists(mark));
        await Task.Delay(100);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Empty(In(_folder));
    }

    [Theory]
    [InlineData(true, "sleep 1000 & echo done")]
    [InlineData(false, "sleep 1000 & echo done")]
    [InlineData(true, "setsid sleep 1000 & echo done")]
    [InlineData(false, "setsid sleep 1000 & echo done")]
    [InlineData(true, "setsid env -i sleep 1000 & echo done")]
    [InlineData(false, "(trap '' TERM; sleep 1000; sleep 1000) & echo done")]
    public async Task What_a_command_leaves_behind_is_ended_and_said(bool inGroup, string script)
    {
        Assert.SkipWhen(inGroup && !HasGroups(), "this user may make no control group here");
        var result = await RunAsync($"cd {_folder}; {script}", inGroup: inGroup).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(result.Succeeded);
        Assert.Equal("done", result.Output[0]);
        Assert.Contains("left processes behind", result.Output[^1], StringComparison.Ordinal);
        Assert.Contains("(pid ", result.Output[^1], StringComparison.Ordinal);
        Assert.Empty(In(_folder));
    }

    [Fact]
    public async Task One_that_can_t_be_started_says_why()
    {
        var refused = await Assert.ThrowsAsync<OpsRestartException>(() =>
            new CommandRunner().RunAsync(new GraphHook { Name = "h", Command = ["/no/such"] }, static _ => { }, default)
        );
        Assert.Equal(OpsError.HookFailed, refused.Error);
        refused = await Assert.ThrowsAsync<OpsRestartException>(() =>
            new CommandRunner().RunAsync(
                new GraphHook
                {
                    Name = "h",
                    Command = ["true"],
                    User = "nobody-of-that-name",
                },
                static _ => { },
                default
            )
        );
        Assert.Contains("no user 'nobody-of-that-name'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_another_user_it_has_that_user_s_rights_and_home()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root may change the user");
        var result = await new CommandRunner().RunAsync(
            new GraphHook
            {
                Name = "h",
                Command = ["sh", "-c", "id -un; id -u; id -G; echo $HOME $USER"],
                User = "daemon",
            },
            static _ => { },
            default
        );
        Assert.Equal(["daemon", "1", "1", "/usr/sbin daemon"], result.Output);
    }

    private static bool HasGroups()
    {
        var group = ControlGroup.TryCreate();
        return group is not null && group.TryRemove();
    }

    private static Task<Core.Runs.HookResult> RunAsync(
        string script,
        Dictionary<string, string>? environment = null,
        bool inGroup = true,
        CancellationToken cancellationToken = default
    ) =>
        new CommandRunner(inGroup ? null : static () => null, TimeSpan.FromMilliseconds(300)).RunAsync(
            Hook(script) with
            {
                Environment = environment ?? [],
            },
            static _ => { },
            cancellationToken
        );

    private static GraphHook Hook(string script) => new() { Name = "h", Command = ["sh", "-c", script] };

    /// <summary>Processes whose folder this is: nobody else is there.</summary>
    private static IReadOnlyList<string> In(string folder) =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Where(p => char.IsAsciiDigit(Path.GetFileName(p)[0]))
                .Where(p =>
                {
                    try
                    {
                        return File.ResolveLinkTarget(p + "/cwd", false)?.FullName == folder;
                    }
                    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                    {
                        return false;
                    }
                }),
        ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_runs_when_its_caller_is_killed_is_ended_by_the_keeper(bool isMarked)
    {
        Assert.SkipWhen(!isMarked && !HasGroups(), "this user may make no control group here");
        var mark = new CommandMark();
        var group = isMarked ? null : ControlGroup.TryCreate();
        var enter = group is null ? $"export {CommandMark.Variable}={mark.Value};" : $"echo 0 >{group.Path}/cgroup.procs;";
        using var command = Process.Start("/bin/sh", ["-c", $"{enter} cd {_folder}; setsid sleep 1000 & exec sleep 1000"]);
        using var keeper = Process.Start(CommandKeeper.StartInfo(group?.Path ?? "", mark))!;
        await Until(() => In(_folder).Count == 2);
        keeper.StandardInput.Close();
        await Until(() => In(_folder).Count == 0);
        await keeper.WaitForExitAsync();
        Assert.False(group is not null && Directory.Exists(group.Path));
    }

    private static async Task Until(Func<bool> condition)
    {
        for (var clock = Stopwatch.StartNew(); !condition(); )
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), "it never came");
            await Task.Delay(10);
        }
    }
}
