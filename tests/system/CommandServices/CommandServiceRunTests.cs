using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Runs;

namespace OpsRestart.Tests.System.CommandServices;

/// <summary>Nodes that are managed by commands, beside units of systemd; judged by /proc and by the files that the commands leave.</summary>
public sealed class CommandServiceRunTests : RunTest, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("t-commands-").FullName;

    public void Dispose()
    {
        Shell.BashAsync($"for f in {_folder}/*.pid; do [ -e \"$f\" ] && kill -9 $(cat \"$f\") || true; done").GetAwaiter().GetResult();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_restart_runs_them_in_order_as_their_user_and_the_service_outlives_the_command()
    {
        await UpAsync("t-plain");
        await Shell.BashAsync($"chown tester {_folder}");
        var app = App("app", "t-plain");
        app = app with { Commands = app.Commands! with { User = "tester" } };
        await Shell.BashAsync(
            $"cd {_folder} && setpriv --reuid=tester --regid=tester --clear-groups {string.Join(' ', Words("app", "start"))}"
        );
        var before = await PidAsync("app");

        var run = await RunAsync(Graph(Node("t-plain"), app), GraphOperation.Restart);
        Assert.True(run.Outcome == RunOutcome.Done, run.Failure);
        var after = await PidAsync("app");
        Assert.NotEqual(before, after);
        Assert.False(await IsAliveAsync(before));
        Assert.Equal("tester", await Shell.BashAsync($"stat -c %U /proc/{after}"));
        Assert.Contains(".scope", await Shell.BashAsync($"cat /proc/{after}/cgroup"), StringComparison.Ordinal);
        Assert.True(Step(run, "stop:app").Start + Step(run, "stop:app").Took <= Step(run, "stop:t-plain").Start);
        Assert.True(Step(run, "start:t-plain").Start + Step(run, "start:t-plain").Took <= Step(run, "start:app").Start);
        Assert.Equal(["app start", "app stop", "app start"], await DidAsync());
    }

    [Fact]
    public async Task Where_nothing_stands_between_its_own_restart_command_runs()
    {
        await Shell.BashAsync(string.Join(' ', Words("app", "start")));
        var app = App("app");
        app = app with { Commands = app.Commands! with { Restart = [.. Words("app", "restart")] } };
        var run = await RunAsync(Graph(app), GraphOperation.Restart);
        Assert.True(run.Outcome == RunOutcome.Done, run.Failure);
        Assert.Equal(StepKind.Restart, Step(run, "start:app").Kind);
        Assert.Equal(["app start", "app restart"], await DidAsync());
    }

    [Fact]
    public async Task One_that_was_down_stays_down_and_one_that_is_up_is_not_started()
    {
        await Shell.BashAsync(string.Join(' ', Words("up", "start")));
        var restart = await RunAsync(Graph(App("down")), GraphOperation.Restart);
        var start = await RunAsync(Graph(App("up")), GraphOperation.Start);
        Assert.Equal((RunOutcome.Done, RunOutcome.Done), (restart.Outcome, start.Outcome));
        Assert.Equal(StepStatus.NotNeeded, Step(restart, "start:down").Status);
        Assert.Equal(StepStatus.NotNeeded, Step(start, "start:up").Status);
        Assert.Equal(["up start"], await DidAsync());
    }

    [Fact]
    public async Task One_whose_start_fails_says_why_and_the_rest_is_rolled_back()
    {
        await UpAsync("t-plain");
        await Shell.BashAsync(string.Join(' ', Words("app", "start")));
        await Shell.BashAsync(string.Join(' ', Words("sick", "start")));
        await File.WriteAllTextAsync($"{_folder}/sick.ill", "", TestContext.Current.CancellationToken);

        var run = await RunAsync(Graph(Node("t-plain"), App("app", "t-plain"), App("sick", "app")), GraphOperation.Restart);
        Assert.Equal(RunOutcome.KnownBadState, run.Outcome);
        Assert.Contains("no room for sick", run.Failure, StringComparison.Ordinal);
        Assert.Equal("sick (sick) was running and is stopped", Assert.Single(run.Left));
        Assert.True(await IsAliveAsync(await PidAsync("app")));
        await AssertRunningAsync("t-plain");
    }

    [Fact]
    public async Task A_stop_that_hangs_is_ended_with_all_its_processes_and_the_run_goes_back()
    {
        await UpAsync("t-plain");
        var app = App("app", "t-plain") with { StopTimeout = TimeSpan.FromSeconds(1) };
        app = app with
        {
            Commands = app.Commands! with
            {
                Stop = ["bash", "-c", $"trap '' TERM; setsid sleep 4321 & echo $! >{_folder}/child; while :; do sleep 0.1; done"],
            },
        };
        await Shell.BashAsync(string.Join(' ', Words("app", "start")));
        var run = await RunAsync(Graph(Node("t-plain"), app), GraphOperation.Restart);
        Assert.Equal(RunOutcome.RolledBack, run.Outcome);
        Assert.Contains("'stop' took too long, and was ended with all that it had started", run.Failure, StringComparison.Ordinal);
        Assert.False(await IsAliveAsync(await Shell.BashAsync($"cat {_folder}/child")));
        Assert.True(await IsAliveAsync(await PidAsync("app")));
        await AssertRunningAsync("t-plain");
    }

    [Fact]
    public async Task Without_status_it_is_stopped_and_started_and_its_state_is_told_as_unknown()
    {
        await Shell.BashAsync(string.Join(' ', Words("app", "start")));
        var app = App("app");
        app = app with { Commands = app.Commands! with { Status = [] } };
        var run = await RunAsync(Graph(app), GraphOperation.Restart);
        Assert.True(run.Outcome == RunOutcome.Done, run.Failure);
        Assert.Equal(["app start", "app stop", "app start"], await DidAsync());
        Assert.Equal("StateUnknown", Assert.Single(run.Findings, static f => f.Target == "app").Code);
    }

    [Fact]
    public async Task What_could_not_be_run_is_refused_before_the_first_change_and_shown_by_the_command()
    {
        await UpAsync("t-plain");
        var before = await Systemctl.ShowAsync("t-plain", "InvocationID");
        await File.WriteAllTextAsync(
            $"{_folder}/t-site.yml",
            """
            graph: t-site
            services:
              plain: { unit: t-plain }
              gone: { needs: [plain], command: { start: /no/such/start, stop: /bin/true, status: /bin/true } }
              whose: { needs: [plain], command: { start: /bin/true, stop: /bin/true, status: /bin/true, user: nobody-here } }
              where: { needs: [plain], command: { start: /bin/true, stop: /bin/true, status: /bin/true, workingDirectory: /no/such } }
              unsure: { needs: [plain], command: { start: /bin/true, stop: /bin/true } }
            """,
            TestContext.Current.CancellationToken
        );
        var graph = $"{_folder}/t-site.yml";
        var refused = await Shell.RunAsync("opsrestart", ["restart", graph]);
        var said = refused.Output + refused.Errors;
        Assert.Equal(6, refused.ExitCode);
        Assert.Contains("'gone': 'start': '/no/such/start' can't be run: no such file.", said, StringComparison.Ordinal);
        Assert.Contains("there is no user 'nobody-here'", said, StringComparison.Ordinal);
        Assert.Contains("there is no folder /no/such", said, StringComparison.Ordinal);
        Assert.Contains("It has no 'status' command", said, StringComparison.Ordinal);
        Assert.Equal(before, await Systemctl.ShowAsync("t-plain", "InvocationID"));

        var status = await Shell.RunAsync("opsrestart", ["status", graph]);
        Assert.Equal(1, status.ExitCode);
        Assert.Contains("unknown", status.Output, StringComparison.OrdinalIgnoreCase);
        var plan = await Shell.RunAsync("opsrestart", ["restart", graph, "--what-if"]);
        Assert.Equal(0, plan.ExitCode);
        Assert.Contains("unsure", plan.Output, StringComparison.Ordinal);

        var other = $"{_folder}/t-other.yml";
        await Shell.BashAsync(
            $"printf 'graph: t-other\\nservices:\\n  a: {{ command: {{ start: /bin/true, stop: /bin/true, status: /bin/true, user: root }} }}\\n' >{other}; chmod -R a+rX {_folder}"
        );
        var asTester = await Shell.RunAsync("runuser", ["-u", "tester", "--", "opsrestart", "restart", other]);
        Assert.Equal(6, asTester.ExitCode);
        Assert.Contains("can't be run as 'root' by 'tester'", asTester.Output + asTester.Errors, StringComparison.Ordinal);
    }

    private IEnumerable<string> Words(string name, string verb) => [Script(), name, verb];

    private ServiceNode App(string name, params string[] needs) =>
        Node(name, needs) with
        {
            Manager = ServiceManagerKind.Command,
            Commands = new ServiceCommands
            {
                Start = [.. Words(name, "start")],
                Stop = [.. Words(name, "stop")],
                Status = [.. Words(name, "status")],
            },
        };

    /// <summary>A site's own script, as they are: a daemon, a pid file, LSB's exit codes.</summary>
    private string Script()
    {
        var path = $"{_folder}/ctl";
        if (!File.Exists(path))
        {
            File.WriteAllText(
                path,
                $$"""
                #!/bin/bash
                pid={{_folder}}/$1.pid
                case $2 in
                start) echo "$1 start" >>{{_folder}}/did
                       if [ -e {{_folder}}/$1.ill ]; then echo "no room for $1" >&2; exit 1; fi
                       setsid sleep 100000 >/dev/null 2>&1 </dev/null & echo $! >$pid ;;
                stop) echo "$1 stop" >>{{_folder}}/did; kill $(cat $pid); rm $pid ;;
                restart) echo "$1 restart" >>{{_folder}}/did; kill $(cat $pid)
                         setsid sleep 100000 >/dev/null 2>&1 </dev/null & echo $! >$pid ;;
                status) [ -e $pid ] || exit 3; [ -e /proc/$(cat $pid) ] || exit 1 ;;
                esac
                """ + "\n"
            );
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        }

        return path;
    }

    private Task<string> PidAsync(string name) => Shell.BashAsync($"cat {_folder}/{name}.pid");

    private async Task<string[]> DidAsync() => (await Shell.BashAsync($"cat {_folder}/did")).Split('\n');

    private static async Task<bool> IsAliveAsync(string pid) =>
        (await Shell.BashAsync($"grep -s ^State: /proc/{pid}/status || true")) is { Length: > 0 } state && !state.Contains('Z');
}
