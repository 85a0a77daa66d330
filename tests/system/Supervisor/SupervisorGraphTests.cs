using OpsRestart.Core.Planning;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Runs;

namespace OpsRestart.Tests.System.Supervisor;

/// <summary>Groups of supervisord in graphs, supervisord itself as a node, and what preflight says of programs.</summary>
public sealed class SupervisorGraphTests : RunTest
{
    private static readonly string[] Programs = ["good", "bad", "group"];

    private const string Pool = """
        [program:web]
        command=/bin/sleep 1000
        [program:mail]
        command=/bin/sleep 1000
        [program:chat]
        command=/bin/sleep 1000
        process_name=chat_%(process_num)02d
        numprocs=2
        [group:workers]
        programs=mail,chat
        [program:many]
        command=/bin/sleep 1000
        process_name=many_%(process_num)02d
        numprocs=2
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_group_is_restarted_program_by_program_and_the_result_names_each()
    {
        await using var server = await SupervisorServer.StartAsync(Pool);
        await server.RunningAsync("web", "workers:mail", "workers:chat_00", "workers:chat_01", "many:many_00", "many:many_01");
        await server.ControlAsync("stop", "workers:chat_01");
        var before = await server.PidsAsync("workers:mail", "workers:chat_00", "many:many_00", "many:many_01");

        var graph = Graph(
            server.Program("web", "pool", "many"),
            server.Program("workers:*") with
            {
                Name = "pool",
            },
            server.Program("many")
        );
        var plan = await Session.PlanAsync(graph, GraphOperation.Restart, new PlanOptions(), Token);
        Assert.Equal(
            ["many@many_00", "many@many_01", "pool@chat_00", "pool@chat_01", "pool@mail", "web"],
            plan.Nodes.Order(StringComparer.Ordinal)
        );
        Assert.Equal("workers:mail", plan.Steps.Single(static s => s.Id == "start:pool@mail").Service);

        var run = await RunAsync(graph, GraphOperation.Restart);
        Assert.True(run.Outcome == RunOutcome.Done, run.Failure);
        await server.RunningAsync("web", "workers:mail", "workers:chat_00", "many:many_00", "many:many_01");
        Assert.Empty(before.Intersect(await server.PidsAsync("workers:mail", "workers:chat_00", "many:many_00", "many:many_01")));
        Assert.Contains("STOPPED", await server.ControlAsync("status", "workers:chat_01"), StringComparison.Ordinal);
        Assert.Equal(StepStatus.NotNeeded, Step(run, "start:pool@chat_01").Status);
        Assert.True(Step(run, "stop:web").Start + Step(run, "stop:web").Took <= Step(run, "stop:pool@mail").Start);
        Assert.True(Step(run, "start:pool@mail").Start + Step(run, "start:pool@mail").Took <= Step(run, "start:web").Start);
    }

    [Fact]
    public async Task Supervisord_is_a_node_that_its_programs_need()
    {
        await using var server = await SupervisorServer.AsUnitAsync(Pool);
        var graph = Graph(
            server.Node(),
            server.Program("web", "supervisor", "pool"),
            server.Program("workers:*", "supervisor") with
            {
                Name = "pool",
            }
        );
        await server.RunningAsync("web", "workers:mail", "workers:chat_00", "workers:chat_01");
        await server.ControlAsync("stop", "workers:mail");
        var before = await server.PidsAsync("web", "workers:chat_00");
        var supervisord = await Systemctl.ShowAsync("t-supervisor", "InvocationID");

        var run = await RunAsync(graph, GraphOperation.Restart);
        Assert.True(run.Outcome == RunOutcome.Done, run.Failure);
        Assert.NotEqual(supervisord, await Systemctl.ShowAsync("t-supervisor", "InvocationID"));
        await server.RunningAsync("web", "workers:chat_00", "workers:chat_01");
        Assert.Empty(before.Intersect(await server.PidsAsync("web", "workers:chat_00")));

        // supervisord has started this one too, which was stopped by hand.
        Assert.Contains("STOPPED", await server.ControlAsync("status", "workers:mail"), StringComparison.Ordinal);

        Assert.Equal(RunOutcome.Done, (await RunAsync(Known(graph), GraphOperation.Stop)).Outcome);
        Assert.Equal("inactive", await Systemctl.StateAsync("t-supervisor"));
        Assert.Equal("", await server.ProcessesAsync());
        var again = await RunAsync(Known(graph), GraphOperation.Stop);
        Assert.True(again.Outcome == RunOutcome.Done, again.Failure);

        var start = await RunAsync(Known(graph), GraphOperation.Start);
        Assert.True(start.Outcome == RunOutcome.Done, start.Failure);
        await server.RunningAsync("web", "workers:mail", "workers:chat_00", "workers:chat_01");
    }

    [Fact]
    public async Task A_run_that_is_cancelled_while_supervisord_is_down_brings_it_and_its_programs_back()
    {
        await using var server = await SupervisorServer.AsUnitAsync(
            Pool.Replace("[program:mail]", "[program:mail]\nautostart=false", StringComparison.Ordinal)
        );
        await server.ControlAsync("start", "workers:mail");
        await server.RunningAsync("web", "workers:mail");
        using var cancel = new CancellationTokenSource();
        OnEvent = e =>
        {
            if (e is { Kind: RunEventKind.StepFinished, Step: "stop:supervisor" })
            {
                cancel.Cancel();
            }
        };
        var run = await RunAsync(
            Graph(server.Node(), server.Program("web", "supervisor"), server.Program("workers:mail", "supervisor")),
            GraphOperation.Restart,
            cancellationToken: cancel.Token
        );
        Assert.True(run.Outcome == RunOutcome.Cancelled, $"{run.Outcome} {run.Failure} {string.Join("; ", run.Left)}");
        await server.RunningAsync("web", "workers:mail");
    }

    [Fact]
    public async Task Without_supervisord_a_run_is_refused_before_the_first_change_unless_it_starts_it()
    {
        await using var server = await SupervisorServer.AsUnitAsync(Pool);
        await Shell.BashAsync("systemctl stop t-supervisor");
        await UpAsync("t-plain");
        var before = await Systemctl.ShowAsync("t-plain", "InvocationID");
        var run = await RunAsync(Graph(Node("t-plain"), server.Program("web", "t-plain")), GraphOperation.Restart);
        Assert.Equal(RunOutcome.Refused, run.Outcome);
        Assert.Equal("ManagerUnavailable", Assert.Single(run.Findings, static f => f.Severity == FindingSeverity.Error).Code);
        Assert.Equal(before, await Systemctl.ShowAsync("t-plain", "InvocationID"));
    }

    [Fact]
    public async Task Preflight_names_the_settings_that_would_cost_work_and_what_is_not_known()
    {
        await using var server = await SupervisorServer.StartAsync(
            """
            [program:good]
            command=/bin/sleep 1000
            stopwaitsecs=600
            killasgroup=true
            [program:bad]
            command=/bin/sh -c "sleep 1000; echo done"
            stopsignal=QUIT
            stopwaitsecs=5
            [program:group]
            command=/bin/sleep 1000
            stopasgroup=true
            """
        );
        await server.RunningAsync(Programs);
        var graph = Graph([.. Programs.Select(n => server.Program(n) with { Role = "worker", StopTimeout = TimeSpan.FromMinutes(1) })]);

        Assert.Equal(
            [
                "bad KillLeavesChildren",
                "bad ShellWithoutExec",
                "bad StopSignalKillsTasks",
                "bad StopTimeoutTooShort",
                "group StopAsGroupKillsTasks",
                "group StopTimeoutTooShort",
            ],
            await FindAsync(graph)
        );

        // A section that supervisord has not read is told, and is not taken for what runs.
        await server.WriteAsync("[program:good]\ncommand=/bin/sleep 1000\nstopwaitsecs=601\nkillasgroup=true");
        await Eventually.IsTrueAsync(async () => (await FindAsync(graph)).Contains("good NeedsReload"));
        Assert.Contains("good StopAsGroupUnknown", await FindAsync(graph));
        Assert.DoesNotContain(
            await TextsAsync(graph),
            static t => t.Contains("KillMode", StringComparison.Ordinal) || t.Contains("unit", StringComparison.Ordinal)
        );
    }

    /// <summary>A supervisord that is down, and has no configuration of this machine, can't tell what its groups are.</summary>
    private static ServiceGraph Known(ServiceGraph graph) =>
        Graph(
            graph.Nodes[0],
            graph.Nodes[1] with
            {
                Needs = ["supervisor", "workers:mail"],
            },
            graph.Nodes[2] with
            {
                Name = "workers:mail",
                Service = "workers:mail",
            },
            graph.Nodes[2] with
            {
                Name = "workers:chat_00",
                Service = "workers:chat_00",
            },
            graph.Nodes[2] with
            {
                Name = "workers:chat_01",
                Service = "workers:chat_01",
            }
        );

    private async Task<string[]> FindAsync(ServiceGraph graph) =>
        [.. (await FindingsAsync(graph)).Select(static f => $"{f.Target} {f.Code}").Order(StringComparer.Ordinal)];

    private async Task<IEnumerable<string>> TextsAsync(ServiceGraph graph) =>
        (await FindingsAsync(graph)).Select(static f => $"{f.Message} {f.Advice}");

    private async Task<IEnumerable<GraphFinding>> FindingsAsync(ServiceGraph graph)
    {
        var plan = await Session.PlanAsync(graph, GraphOperation.Restart, new PlanOptions(), Token);
        return (await Session.PreflightAsync(plan, Token)).Where(f => graph.Nodes.Any(n => n.Name == f.Target));
    }
}
