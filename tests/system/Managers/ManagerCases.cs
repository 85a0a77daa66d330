using OpsRestart.Core.Services;
using OpsRestart.Tests.System.Cli;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Runs;

namespace OpsRestart.Tests.System.Managers;

/// <summary>What a run promises, whoever manages the services: one set of cases for each manager, judged by the manager's own tool.</summary>
public abstract class ManagerCases(IManagerBench bench) : RunTest
{
    private const string IgnoresTerm = "trap '' TERM; while true; do sleep 0.1; done";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restart_bounces_what_ran_in_order_and_leaves_stopped_what_was_stopped()
    {
        await using var _ = await InstallAsync(new("db"), new("web"), new("idle"));
        await bench.StartAsync("db", "web");
        var before = await PidsAsync("db", "web");

        var run = await RunAsync(Graph(bench.Node("db"), bench.Node("web", "db"), bench.Node("idle", "db")), GraphOperation.Restart);

        Assert.True(run.Outcome == RunOutcome.Done, run.Failure);
        Assert.Empty(before.Intersect(await PidsAsync("db", "web")));
        Assert.Null(await bench.PidAsync("idle"));
        Assert.Equal(StepStatus.NotNeeded, Step(run, "start:idle").Status);
        Assert.True(Step(run, "stop:web").Start + Step(run, "stop:web").Took <= Step(run, "stop:db").Start);
        Assert.True(Step(run, "start:db").Start + Step(run, "start:db").Took <= Step(run, "start:web").Start);
    }

    [Fact]
    public async Task A_start_that_fails_once_is_named_with_its_log_and_everything_is_rolled_back()
    {
        using var flag = new Flag();
        await using var _ = await InstallAsync(
            new("db"),
            new("web", $"if rm {flag.Path} 2>/dev/null; then echo configuration is broken >&2; exit 7; fi; exec sleep infinity"),
            new("front")
        );
        await bench.StartAsync("db", "web", "front");
        await RaiseAsync(flag, "web");

        var run = await RunAsync(Graph(bench.Node("db"), bench.Node("web", "db"), bench.Node("front", "web")), GraphOperation.Restart);

        Assert.True(run.Outcome == RunOutcome.RolledBack, $"{run.Outcome} {run.Failure} {string.Join("; ", run.Left)}");
        Assert.Contains(bench.Node("web").Service, run.Failure, StringComparison.Ordinal);
        Assert.Contains("configuration is broken", run.Failure, StringComparison.Ordinal);
        Assert.Empty(run.Left);
        await PidsAsync("db", "web", "front");
    }

    [Fact]
    public async Task What_can_not_come_back_is_listed_and_the_rest_is_back()
    {
        using var flag = new Flag();
        await using var _ = await InstallAsync(new("db"), new("web", $"[ ! -e {flag.Path} ] || exit 3; exec sleep infinity"));
        await bench.StartAsync("db", "web");
        await RaiseAsync(flag, "web");

        var run = await RunAsync(Graph(bench.Node("db"), bench.Node("web", "db")), GraphOperation.Restart);

        Assert.Equal(RunOutcome.KnownBadState, run.Outcome);
        Assert.Contains(run.Left, static l => l.Contains("was running and is failed", StringComparison.Ordinal));
        Assert.DoesNotContain(run.Left, static l => l.StartsWith("db ", StringComparison.Ordinal));
        await PidsAsync("db");
    }

    [Fact]
    public async Task What_ignores_TERM_is_killed_after_its_stop_timeout_with_its_children_and_reported()
    {
        await using var _ = await InstallAsync(new BenchService("stubborn", $"setsid sleep 4242 & {IgnoresTerm}"));
        await bench.StartAsync("stubborn");

        var run = await RunAsync(Graph(bench.Node("stubborn") with { StopTimeout = TimeSpan.FromSeconds(1) }), GraphOperation.Stop);

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(StepStatus.Killed, Step(run, "stop:stubborn").Status);
        Assert.Contains(run.Warnings, static w => w.Contains("stubborn: killed", StringComparison.Ordinal));
        Assert.Equal("", await Shell.BashAsync("pgrep -xf 'sleep 4242' || true"));
    }

    [Fact]
    public async Task A_kill_by_the_managers_own_timeout_is_reported_too()
    {
        await using var _ = await InstallAsync(new BenchService("stubborn", IgnoresTerm) { StopSeconds = 1 });
        await bench.StartAsync("stubborn");

        var run = await RunAsync(Graph(bench.Node("stubborn")), GraphOperation.Stop);

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(StepStatus.Killed, Step(run, "stop:stubborn").Status);
        Assert.Null(await bench.PidAsync("stubborn"));
    }

    [Theory]
    [InlineData("stop:web")]
    [InlineData("start:db")]
    [InlineData("settle:web")]
    public async Task Cancelled_in_any_phase_everything_that_ran_runs_again(string phase)
    {
        await using var _ = await InstallAsync(
            new("db"),
            new("web", "trap 'sleep 1; exit 0' TERM; while true; do sleep 0.1; done"),
            new("idle")
        );
        await bench.StartAsync("db", "web");
        using var cancel = new CancellationTokenSource();
        OnEvent = e =>
        {
            if (e is { Kind: RunEventKind.StepStarted, IsRollback: false } && e.Step == phase)
            {
                cancel.CancelAfter(150);
            }
        };

        var run = await RunAsync(
            Graph(bench.Node("db"), bench.Node("web", "db") with { StableFor = TimeSpan.FromSeconds(3) }, bench.Node("idle")),
            GraphOperation.Restart,
            cancellationToken: cancel.Token
        );

        Assert.True(run.Outcome == RunOutcome.Cancelled, $"{run.Outcome}: {run.Failure} {string.Join("; ", run.Left)}");
        await PidsAsync("db", "web");
        Assert.Null(await bench.PidAsync("idle"));
    }

    [Fact]
    public async Task After_kill_9_of_the_command_the_next_run_says_what_is_down_and_a_start_brings_it_up()
    {
        await using var _ = await InstallAsync(new("db"), new("web", "trap 'sleep 2; exit 0' TERM; while true; do sleep 0.1; done"));
        await bench.StartAsync("db", "web");
        using var folder = await FolderAsync(Graph(bench.Node("db"), bench.Node("web", "db")));
        using (var command = Command.Start(folder.Path, "restart", "t-graph"))
        {
            await command.UntilAsync("stop");
            await command.SignalAsync("KILL");
            await command.EndAsync();
        }

        await Eventually.IsTrueAsync(async () => await bench.PidAsync("web") is null);
        var restart = await Command.RunAsync(folder.Path, "restart", "t-graph");
        Assert.Matches("was killed\\. (db, )?web ran before it and (is|are) stopped now", restart.Output + restart.Errors);
        var start = await Command.RunAsync(folder.Path, "start", "t-graph");
        Assert.True(start.ExitCode == 0, start.Output + start.Errors);
        await PidsAsync("db", "web");
    }

    [Fact]
    public async Task What_if_prints_each_service_and_changes_nothing()
    {
        await using var _ = await InstallAsync(new("db"), new("web"));
        await bench.StartAsync("db", "web");
        var before = await PidsAsync("db", "web");
        using var folder = await FolderAsync(Graph(bench.Node("db"), bench.Node("web", "db")));

        var shown = await Command.RunAsync(folder.Path, "restart", "t-graph", "--what-if");

        Assert.Equal(0, shown.ExitCode);
        Assert.Contains(bench.Node("db").Service, shown.Output, StringComparison.Ordinal);
        Assert.Contains(bench.Node("web").Service, shown.Output, StringComparison.Ordinal);
        Assert.Equal(before, await PidsAsync("db", "web"));
    }

    [Fact]
    public async Task Its_log_is_read_from_a_cursor_on_and_followed()
    {
        await using var _ = await InstallAsync(
            new BenchService("talks", "echo early; for i in 1 2 3; do sleep 1; echo late $i; done; exec sleep infinity")
        );
        var node = bench.Node("talks");
        var log = await Session.Services.GetLogAsync(ManagerTarget.Of(node), Token);
        var cursor = await log.GetCursorAsync(Token);
        await bench.StartAsync("talks");
        var seen = new List<string>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        enough.CancelAfter(Pace.Stretch(TimeSpan.FromSeconds(30)));
        await foreach (
            var entry in log.ReadAsync(
                new ServiceLogQuery
                {
                    Services = [node.Service],
                    AfterCursor = cursor,
                    Follow = true,
                },
                enough.Token
            )
        )
        {
            seen.Add(entry.Message);
            if (entry.Message == "late 3")
            {
                break;
            }
        }

        Assert.Equal(
            ["early", "late 1", "late 2", "late 3"],
            seen.Where(static m => m.StartsWith("late", StringComparison.Ordinal) || m == "early")
        );
    }

    [Fact]
    public async Task One_that_dies_after_its_start_is_a_failure_that_is_named()
    {
        await using var _ = await InstallAsync(new BenchService("web", "sleep 2; exit 5"));

        var run = await RunAsync(Graph(bench.Node("web") with { StableFor = TimeSpan.FromSeconds(10) }), GraphOperation.Start);

        Assert.Equal(RunOutcome.Failed, run.Outcome);
        Assert.Equal(OpsError.ServiceFailed, run.Error);
        Assert.Contains(bench.Node("web").Service, run.Failure, StringComparison.Ordinal);
        Assert.Null(await bench.PidAsync("web"));
    }

    [Fact]
    public async Task One_that_is_killed_in_the_middle_of_a_run_is_not_called_done()
    {
        await using var _ = await InstallAsync(new("db"), new("web"));
        await bench.StartAsync("db", "web");
        OnEvent = e =>
        {
            if (e is { Kind: RunEventKind.StepStarted, Step: "start:web", IsRollback: false })
            {
                Shell.BashAsync($"kill -9 {bench.PidAsync("db").GetAwaiter().GetResult()}").GetAwaiter().GetResult();
            }
        };

        var run = await RunAsync(Graph(bench.Node("db"), bench.Node("web", "db")), GraphOperation.Restart);

        Assert.True(run.Outcome == RunOutcome.RolledBack, $"{run.Outcome} {run.Failure} {string.Join("; ", run.Left)}");
        Assert.Contains(bench.Node("db").Service, run.Failure, StringComparison.Ordinal);
        await PidsAsync("db", "web");
    }

    [Fact]
    public async Task A_start_that_takes_too_long_is_a_timeout_and_nothing_goes_on_behind_it()
    {
        await using var _ = await InstallAsync(new BenchService("slow") { NeverStarts = true }, new("web"));

        var run = await RunAsync(
            Graph(bench.Node("slow") with { StartTimeout = TimeSpan.FromSeconds(2) }, bench.Node("web", "slow")),
            GraphOperation.Start
        );

        Assert.Equal(OpsError.StartTimeout, run.Error);
        Assert.Equal(StepStatus.Skipped, Step(run, "start:web").Status);
        Assert.Null(await bench.PidAsync("web"));
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_refused_before_the_first_change()
    {
        await using var _ = await InstallAsync(new BenchService("db"));
        await bench.StartAsync("db");
        var before = await PidsAsync("db");

        var run = await RunAsync(Graph(bench.Node("db"), bench.Node("no-such", "db")), GraphOperation.Restart);

        Assert.Equal(RunOutcome.Refused, run.Outcome);
        Assert.Contains(run.Findings, static f => f is { Code: "UnitNotFound", Target: "no-such" });
        Assert.Equal(before, await PidsAsync("db"));
    }

    private async Task<IManagerBench> InstallAsync(params BenchService[] services)
    {
        await bench.InstallAsync(services);
        return bench;
    }

    /// <summary>The pid of each; all have to be up.</summary>
    private async Task<List<string>> PidsAsync(params string[] names)
    {
        var pids = new List<string>();
        foreach (var name in names)
        {
            var pid = await bench.PidAsync(name);
            Assert.True(pid is not null, $"{name} is not up");
            pids.Add(pid);
        }

        return pids;
    }

    private async Task<Folder> FolderAsync(ServiceGraph graph)
    {
        var folder = new Folder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "t-graph.yaml"), Session.Write(graph, GraphFormat.Yaml), Token);
        return folder;
    }

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("opsrestart-bench-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }

    /// <summary>A file whose presence makes a start fail.</summary>
    /// <summary>For the next start: what runs now has looked whether the flag is raised, and slept since.</summary>
    private async Task RaiseAsync(Flag flag, string name)
    {
        await Eventually.IsTrueAsync(async () =>
            await bench.PidAsync(name) is { } pid && (await File.ReadAllTextAsync($"/proc/{pid}/comm")).Trim() == "sleep"
        );
        flag.Raise();
    }

    private sealed class Flag : IDisposable
    {
        public string Path { get; } = global::System.IO.Path.Combine(global::System.IO.Path.GetTempPath(), Guid.NewGuid().ToString("N"));

        public void Raise() => File.WriteAllText(Path, "");

        public void Dispose() => File.Delete(Path);
    }
}
