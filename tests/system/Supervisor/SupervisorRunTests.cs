using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Runs;

namespace OpsRestart.Tests.System.Supervisor;

/// <summary>Programs in graphs, beside units of systemd; judged by supervisorctl and /proc.</summary>
public sealed class SupervisorRunTests : RunTest
{
    private const string Programs = """
        [program:web]
        command=/bin/sleep 1000
        [program:worker]
        command=/bin/sleep 1000
        process_name=w-%(process_num)d
        numprocs=2
        [group:workers]
        programs=worker
        [program:off]
        command=/bin/sleep 1000
        autostart=false
        """;

    [Fact]
    public async Task A_restart_bounces_programs_and_units_in_order_and_leaves_stopped_what_was_stopped()
    {
        await using var server = await SupervisorServer.StartAsync(Programs);
        await UpAsync("t-plain");
        await server.RunningAsync("web", "workers:w-0", "workers:w-1");
        var before = await server.PidsAsync("web", "workers:w-0", "workers:w-1");

        var run = await RunAsync(Mixed(server), GraphOperation.Restart);
        Assert.True(run.Outcome == RunOutcome.Done, run.Failure);
        await server.RunningAsync("web", "workers:w-0", "workers:w-1");
        Assert.Empty(before.Intersect(await server.PidsAsync("web", "workers:w-0", "workers:w-1")));
        Assert.Contains("STOPPED", await server.ControlAsync("status", "off"), StringComparison.Ordinal);
        await AssertRunningAsync("t-plain");
        Assert.True(Step(run, "stop:web").Start + Step(run, "stop:web").Took <= Step(run, "stop:t-plain").Start);
        Assert.True(Step(run, "start:t-plain").Start + Step(run, "start:t-plain").Took <= Step(run, "start:web").Start);
    }

    [Fact]
    public async Task A_program_that_dies_in_its_start_rolls_the_rest_back_and_shows_its_log()
    {
        await using var server = await SupervisorServer.StartAsync(
            """
            [program:web]
            command=/bin/sleep 1000
            [program:sick]
            command=/bin/bash -c "if [ -e %(here)s/sick ]; then echo it hurts; exit 3; fi; sleep 1000"
            """
        );
        await server.RunningAsync("web", "sick");
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "sick"), "", TestContext.Current.CancellationToken);

        var run = await RunAsync(Graph(server.Program("web"), server.Program("sick", "web")), GraphOperation.Restart);
        Assert.Equal(RunOutcome.KnownBadState, run.Outcome);
        Assert.Contains("it hurts", run.Failure, StringComparison.Ordinal);
        Assert.Contains(run.Left, static l => l.Contains("sick", StringComparison.Ordinal));
        await server.RunningAsync("web");
    }

    [Fact]
    public async Task A_program_that_supervisord_has_started_again_itself_is_back_when_its_probe_is_healthy()
    {
        await using var server = await SupervisorServer.StartAsync(
            """
            [program:sick]
            command=/bin/bash -c "if [ -e %(here)s/sick ]; then sleep 2; if [ -e %(here)s/sick ]; then exit 3; fi; fi; sleep 1000"
            """
        );
        await server.RunningAsync("sick");
        var sick = Path.Combine(server.Folder, "sick");
        OnEvent = e =>
        {
            if (e is { Kind: RunEventKind.StepStarted, IsRollback: false } && e.Step == "start:sick")
            {
                File.WriteAllText(sick, "");
            }
            else if (e.Kind == RunEventKind.RollbackStarted)
            {
                File.Delete(sick);
            }
        };
        var probe = new ProbeDefinition
        {
            Kind = "exec",
            Target = "/bin/bash",
            Settings = new Dictionary<string, object?>
            {
                ["arguments"] = new List<object?> { "-c", $"[ ! -e {sick} ] || exit 2" },
            },
        };
        var run = await RunAsync(Graph(server.Program("sick") with { Ready = [probe] }), GraphOperation.Restart);

        // It was up for longer than startsecs, so supervisord started it again by itself; a moment ago, which alone counts as flapping.
        Assert.True(run.Outcome == RunOutcome.RolledBack, $"{run.Outcome}: {run.Failure} {string.Join(' ', run.Left)}");
        Assert.Empty(run.Left);
        await server.RunningAsync("sick");
    }

    [Fact]
    public async Task What_ignores_TERM_is_killed_with_its_children_after_its_stop_timeout()
    {
        await using var server = await SupervisorServer.StartAsync(
            """
            [program:stubborn]
            command=/bin/bash -c "trap '' TERM; setsid sleep 1357 & while true; do sleep 0.1; done"
            stopwaitsecs=60
            """
        );
        await server.RunningAsync("stubborn");
        var run = await RunAsync(Graph(server.Program("stubborn") with { StopTimeout = TimeSpan.FromSeconds(1) }), GraphOperation.Stop);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(StepStatus.Killed, Step(run, "stop:stubborn").Status);
        Assert.Equal("", await Shell.BashAsync("pgrep -x sleep -a | grep -w 'sleep 1357' || true"));
        Assert.DoesNotContain("RUNNING", await server.ControlAsync("status", "stubborn"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_supervisord_that_is_killed_in_the_middle_ends_in_a_known_bad_state_that_names_everything()
    {
        await using var server = await SupervisorServer.StartAsync(Programs);
        await server.RunningAsync("web", "workers:w-0", "workers:w-1");
        OnEvent = e =>
        {
            if (e.Kind == RunEventKind.StepStarted && e.Step == "start:web")
            {
                server.KillAsync().GetAwaiter().GetResult();
            }
        };
        var run = await RunAsync(
            Graph(server.Program("web"), server.Program("workers:w-0", "web"), server.Program("workers:w-1", "web")),
            GraphOperation.Restart
        );
        Assert.Equal(RunOutcome.KnownBadState, run.Outcome);
        foreach (var name in new[] { "web", "workers:w-0", "workers:w-1" })
        {
            Assert.Contains(run.Left, l => l.Contains(name, StringComparison.Ordinal));
        }
    }

    private static ServiceGraph Mixed(SupervisorServer server) =>
        Graph(
            Node("t-plain"),
            server.Program("web", "t-plain"),
            server.Program("workers:w-0", "t-plain"),
            server.Program("workers:w-1", "t-plain"),
            server.Program("off", "web")
        );
}
