using OpsRestart.Core.Planning;
using OpsRestart.Core.Reports;
using OpsRestart.Core.Runs;
using OpsRestart.Core.Services;
using OpsRestart.Tests.Units.Fakes;

namespace OpsRestart.Tests.Units.Execution;

public sealed class EmergencyTests : ExecutorTest
{
    private static readonly ServiceGraph Bus = Stack with { Nodes = [Stack.Nodes[0] with { Role = "datastore" }, .. Stack.Nodes.Skip(1)] };

    public EmergencyTests() => World.Services.Unit("db").Pid = 7;

    [Fact]
    public async Task All_but_datastores_is_killed_at_once_after_its_stop_job_and_datastores_have_their_own_time()
    {
        World.Services.Unit("worker").IgnoresTerm = true;
        World.Services.Unit("web").IgnoresTerm = true;
        World.Services.Unit("db").StopTakes = TimeSpan.FromSeconds(3);
        World.Queues.Tasks = 5;

        var run = await StopAsync();

        Assert.Equal((RunOutcome.Done, true), (run.Outcome, run.IsEmergency));
        Assert.Equal([StepStatus.Killed, StepStatus.Killed, StepStatus.Done], run.Steps.Select(static s => s.Status));
        Assert.Equal(["stop worker", "kill worker"], Calls.Where(static c => c.EndsWith("worker", StringComparison.Ordinal)));
        Assert.DoesNotContain("kill db", Calls);
        Assert.InRange(run.Duration, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3.5));
        Assert.Empty(World.Queues.Log);
        Assert.Equal(["app.slow t1"], run.Tasks!.KilledTasks);
        Assert.Equal(["app.slow t1"], run.Tasks.LostTasks);
        Assert.Equal(
            "Emergency stop of stack: done in 3.0 s (critical path 3.0 s), 2 services killed, 1 task ran in them, 1 lost unless just done, "
                + "0 tasks unacknowledged at the broker",
            RunTable.Headline(run)
        );
        Assert.Contains(run.Warnings, static w => w.StartsWith("worker was killed. When it was told to stop it ran app.slow t1", default));
    }

    [Fact]
    public async Task A_datastore_that_does_not_stop_in_time_is_told_and_never_killed()
    {
        World.Services.Unit("db").IgnoresTerm = true;
        var run = await StopAsync();
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.DoesNotContain("kill db", Calls);
        Assert.Equal("still stopping", Step(run, "stop:db").Note);
        Assert.InRange(run.Duration, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(9.9));
        Assert.Contains("db (db) was told to stop and is still stopping: it has its own time, and was not killed.", run.Warnings);
    }

    [Fact]
    public async Task What_the_broker_still_holds_is_not_lost()
    {
        World.Queues.Orphans = [World.Queues.Running with { State = WorkerTaskState.Orphan }];
        var tasks = (await StopAsync()).Tasks!;
        Assert.Equal(["app.slow t1"], tasks.UnacknowledgedTasks);
        Assert.Empty(tasks.LostTasks!);
    }

    [Fact]
    public async Task A_queue_that_says_nothing_delays_its_own_workers_by_a_second_and_its_tasks_are_called_unknown()
    {
        World.Queues.TasksSilent = true;
        World.Services.Unit("web").IgnoresTerm = World.Services.Unit("worker").IgnoresTerm = true;
        var run = await StopAsync();
        Assert.Equal((0, 1), (World.Services.At["kill web"], World.Services.At["kill worker"]));
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Null(run.Tasks!.RunningBefore);
        Assert.Null(run.Tasks.LostTasks);
        Assert.Contains("which tasks ran is not known", RunTable.Headline(run), default);
    }

    [Fact]
    public async Task Neither_findings_nor_another_run_hinder_it_but_missing_rights_do()
    {
        World.LockRefusal = new OpsRestartException(OpsError.RunInProgress, "Run 7 of graph 'stack' is under way.", "stack");
        World.Checks.Add(new Finds("NoReply"));
        var run = await StopAsync();
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal([FindingSeverity.Warning], run.Findings.Select(static f => f.Severity));
        Assert.Contains(run.Warnings, static w => w.StartsWith("Run 7 of graph 'stack' is under way.", default));

        World.Checks.Add(new Finds("AccessDenied"));
        run = await StopAsync();
        Assert.Equal((RunOutcome.Refused, OpsError.AccessDenied), (run.Outcome, run.Error));
    }

    [Fact]
    public async Task What_a_datastore_runs_in_is_told_to_stop_and_left_alone_where_the_datastore_is_kept()
    {
        World.Services.Unit("web").Pid = 7;
        var run = await StopAsync();
        Assert.DoesNotContain("kill web", Calls);
        Assert.Equal((RunOutcome.Done, StepStatus.Done), (run.Outcome, Step(run, "kill:web").Status));

        World.Services.Unit("web").State = World.Services.Unit("db").State = ServiceState.Running;
        var kept = new PlanOptions
        {
            Emergency = true,
            Part = new NodePart { KeepDatastores = true },
        };
        run = await World.RunAsync(Bus, GraphOperation.Stop, kept);
        Assert.Equal(RunOutcome.Failed, run.Outcome);
        Assert.Equal(ServiceState.Running, World.Services.Unit("web").State);
        Assert.Equal("web was left alone: db runs in it, and is not to be stopped.", run.Failure);
    }

    [Fact]
    public async Task What_outlives_its_kill_is_a_failure_and_nothing_is_rolled_back()
    {
        World.Services.Unit("worker").LeavesProcess = true;
        World.Services.Unit("worker").SurvivesKill = true;
        var run = await StopAsync();
        Assert.Equal((RunOutcome.Failed, OpsError.StopTimeout), (run.Outcome, run.Error));
        Assert.Equal(StepStatus.Done, Step(run, "stop:db").Status);
        Assert.DoesNotContain(Calls, static c => c.StartsWith("start", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ctrl_C_ends_the_wait_and_starts_nothing()
    {
        using var cancel = new CancellationTokenSource();
        World.Services.Unit("db").IgnoresTerm = true;
        World.OnEvent = e =>
        {
            if (e is { Step: "stop:db", Kind: RunEventKind.StepStarted })
            {
                cancel.Cancel();
            }
        };
        var run = await World.RunAsync(Bus, GraphOperation.Stop, new PlanOptions { Emergency = true }, null, cancel.Token);
        Assert.Equal((RunOutcome.Failed, OpsError.Cancelled), (run.Outcome, run.Error));
        Assert.DoesNotContain(Calls, static c => c.StartsWith("start", StringComparison.Ordinal));
    }

    [Fact]
    public void It_drains_nothing_and_kills_no_supervisord_before_its_programs()
    {
        var refused = Assert.Throws<OpsRestartException>(() =>
            Planner.Plan(Bus, GraphOperation.Stop, new PlanOptions { Emergency = true, DrainMode = DrainMode.Wait })
        );
        Assert.Equal(OpsError.InvalidArgument, refused.Error);

        var program = FakeWorld.Node("program", "supervisor") with { Manager = ServiceManagerKind.Supervisor };
        var graph = new ServiceGraph { Name = "g", Nodes = [FakeWorld.Node("supervisor"), program] };
        var plan = Planner.Plan(graph, GraphOperation.Stop, new PlanOptions { Emergency = true });
        Assert.Equal(["kill:program", "kill:supervisor"], plan.Steps.Select(static s => s.Id));
        Assert.Equal(["kill:program"], plan.Steps[1].After);
    }

    private Task<ServiceGraphRun> StopAsync() => World.RunAsync(Bus, GraphOperation.Stop, new PlanOptions { Emergency = true });

    private sealed class Finds(string code) : IPreflightCheck
    {
        public Task<IReadOnlyList<GraphFinding>> CheckAsync(
            ServiceGraphPlan plan,
            ServiceLooks services,
            CancellationToken cancellationToken
        ) => Task.FromResult<IReadOnlyList<GraphFinding>>([new GraphFinding { Code = code, Message = "It is so." }]);
    }
}
