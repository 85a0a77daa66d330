using System.Globalization;
using OpsRestart.Core.Execution;
using OpsRestart.Core.Planning;
using OpsRestart.Core.Reports;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Queues;
using OpsRestart.Tests.System.Supervisor;

namespace OpsRestart.Tests.System.Runs;

/// <summary>Emergency stops of real services; judged by the units, their processes and the ledger of the workers.</summary>
public sealed class EmergencyTests(ITestOutputHelper output) : RunTest
{
    /// <summary>Ignores TERM, as do its children, one of which is in a session of its own.</summary>
    private const string Stubborn =
        "/bin/bash -c 'trap \"\" TERM; setsid bash -c \"trap : TERM; while :; do sleep 1; done\" & while :; do sleep 1; done'";

    private static readonly string[] Down = ["inactive", "failed"];
    private static readonly PlanOptions Emergency = new() { Emergency = true };

    [Fact]
    public async Task What_ignores_TERM_and_what_always_restarts_stays_down_and_a_datastore_stops_in_its_own_time()
    {
        var asked = $"/run/t-em-asked-{Guid.NewGuid():N}";
        var slow = $"/bin/bash -c 'trap \"sleep 3; echo term > {asked}; exit 0\" TERM; echo up > {asked}.up; while :; do sleep 0.1; done'";
        await using var units = await Units.InstallAsync(
            ("t-em-store", Units.Service(slow, "KillMode=mixed", "TimeoutStopSec=60")),
            ("t-em-always", Units.Service(Stubborn, "Restart=always", "RestartSec=0", "TimeoutStopSec=300")),
            ("t-em-again", Units.Service("/bin/sleep 1000", "Restart=always", "RestartSec=0", "ExecStop=/bin/sleep 60"))
        );
        await UpAsync("t-em-store", "t-em-always", "t-em-again");
        await Eventually.IsTrueAsync(async () => File.Exists(asked + ".up") && (await PidsAsync("t-em-always")).Length >= 4);
        var pids = await PidsAsync("t-em-always");
        var graph = Graph(
            Node("t-em-store") with
            {
                Role = "datastore",
            },
            Node("t-em-always", "t-em-store"),
            Node("t-em-again", "t-em-store")
        );

        var run = await RunAsync(graph, GraphOperation.Stop, plan: Emergency);

        Tell(run);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(
            ["t-em-again", "t-em-always"],
            run.Steps.Where(static s => s.Status == StepStatus.Killed).Select(static s => s.Target).Order()
        );
        Assert.Equal((StepStatus.Done, ""), (Step(run, "stop:t-em-store").Status, Step(run, "stop:t-em-store").Note));
        Assert.True(File.Exists(asked), "the datastore came to its end by TERM");
        File.Delete(asked);
        File.Delete(asked + ".up");
        Pace.AssertWithin(run.Duration, TimeSpan.FromSeconds(10));
        Assert.All(pids, static pid => Assert.False(Directory.Exists($"/proc/{pid}"), $"process {pid} is gone"));
        foreach (var unit in new[] { "t-em-store", "t-em-always", "t-em-again" })
        {
            Assert.Contains(await Systemctl.StateAsync(unit), Down);
            Assert.Equal("0", await Systemctl.ShowAsync(unit, "NRestarts"));
        }
    }

    [Fact]
    public async Task The_tasks_that_a_busy_Celery_worker_loses_are_exactly_those_that_are_told()
    {
        await using var stack = await CeleryStack.StartAsync();
        await using var units = await Units.InstallAsync(
            ("t-em-celery", Units.Service(stack.WorkerCommand("t-em-celery", "-c", "3"), stack.WorkerEnvironment, "Restart=always"))
        );
        await UpAsync("t-em-celery");
        var early = await stack.SendAsync("held", []);
        var late = await stack.SendAsync("lateheld", []);
        await Eventually.IsTrueAsync(
            () => stack.Ledger.Read().Select(static l => l.Id).Order().SequenceEqual(new[] { early, late }.Order()),
            TimeSpan.FromSeconds(60)
        );
        var graph = Graph(Node("t-em-celery") with { Role = "worker" }) with
        {
            Queues = [stack.Definition() with { ConsumedBy = ["t-em-celery"] }],
        };

        var run = await RunAsync(graph, GraphOperation.Stop, new RunOptions { AskTime = TimeSpan.FromMinutes(1) }, Emergency);

        Tell(run);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(2, run.Tasks!.RunningBefore);
        Assert.Equal(new[] { early, late }.Order(), run.Tasks.KilledTasks.Select(Id).Order());
        Assert.Equal([early], run.Tasks.LostTasks!.Select(Id));
        Assert.Equal([late], run.Tasks.UnacknowledgedTasks!.Select(Id));
        Pace.AssertWithin(run.Duration, TimeSpan.FromSeconds(10));

        // What was told is what is missing: after a recovery all but the lost one ends.
        stack.LetGo();
        await using var system = await stack.OpenAsync();
        foreach (var orphan in await system.FindOrphansAsync(default))
        {
            Assert.True(await system.RestoreTaskAsync(orphan, default));
        }

        await UpAsync("t-em-celery");
        await Eventually.IsTrueAsync(() => stack.Ledger.EndedIds.Contains(late), TimeSpan.FromSeconds(60));
        var last = await stack.SendAsync("held", []);
        await Eventually.IsTrueAsync(() => stack.Ledger.EndedIds.Contains(last), TimeSpan.FromSeconds(60));
        Assert.Equal([late, last], stack.Ledger.EndedIds);
    }

    [Fact]
    public async Task Programs_of_supervisord_are_killed_as_groups_and_do_not_come_back()
    {
        await using var server = await SupervisorServer.StartAsync(
            """
            [program:stubborn]
            command=/bin/bash -c "trap '' TERM; setsid sleep 1000 & while :; do sleep 1; done"
            autorestart=true
            stopwaitsecs=300
            [program:store]
            command=/bin/sleep 1000
            """
        );
        await server.RunningAsync("stubborn", "store");
        var graph = Graph(server.Program("stubborn", "store"), server.Program("store") with { Role = "datastore" });

        var run = await RunAsync(
            graph,
            GraphOperation.Stop,
            plan: new PlanOptions
            {
                Emergency = true,
                Part = new() { KeepDatastores = true },
            }
        );

        Tell(run);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(StepStatus.Killed, Step(run, "kill:stubborn").Status);
        Assert.Contains("STOPPED", await server.ControlAsync("status", "stubborn"), StringComparison.Ordinal);
        await server.RunningAsync("store");
        Pace.AssertWithin(run.Duration, TimeSpan.FromSeconds(10));
    }

    private static string Id(string task) => task.Split(' ')[^1];

    private static async Task<int[]> PidsAsync(string unit) =>
        [
            .. (
                await Shell.BashAsync(
                    $"cat /sys/fs/cgroup/systemd/system.slice/{unit}.service/cgroup.procs "
                        + $"/sys/fs/cgroup/system.slice/{unit}.service/cgroup.procs 2>/dev/null || true"
                )
            )
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(static p => int.Parse(p, CultureInfo.InvariantCulture)),
        ];

    private void Tell(ServiceGraphRun run)
    {
        output.WriteLine(RunTable.Page(run, 140, withFailure: true).ToString());
    }
}
