using OpsRestart.Adapters.Checks;
using OpsRestart.Core.Execution;
using OpsRestart.Core.Runs;
using static OpsRestart.Tests.Units.Fakes.FakeWorld;

namespace OpsRestart.Tests.Units.Execution;

/// <summary>What a run does, in which order, and what it refuses.</summary>
public sealed class GraphExecutorTests : ExecutorTest
{
    [Fact]
    public async Task A_restart_does_everything_in_its_order()
    {
        World.Queues.Tasks = 3;
        var run = await World.RunAsync(Stack, GraphOperation.Restart);

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(["stop web", "stop worker", "stop db", "start db"], Calls.Take(4));
        Assert.Equal(["start web", "start worker"], Calls.Skip(4).Order());
        Assert.True(Assert.Single(run.Drains).IsDrained);
        Assert.True(World.Services.At["stop worker"] >= 3, "the worker is not stopped before its tasks are done");
        Assert.All(run.Steps, s => Assert.True(s.Succeeded, s.ToString()));
    }

    [Fact]
    public async Task A_node_starts_the_moment_its_needs_are_ready_so_the_total_is_the_critical_path()
    {
        var graph = new ServiceGraph { Name = "g", Nodes = [Node("a"), Node("b", "a"), Node("slow"), Node("c", "b"), Node("d", "slow")] };
        foreach (var (name, seconds) in new[] { ("a", 1), ("b", 1), ("c", 1), ("slow", 2), ("d", 2) })
        {
            World.Services.Unit(name).StartTakes = TimeSpan.FromSeconds(seconds);
            World.Services.Unit(name).State = ServiceState.Stopped;
        }

        var run = await World.RunAsync(graph, GraphOperation.Start);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        // The first moments that a node without probes has to survive count to its start; the last one has been up for 2 s at the end.
        Assert.Equal(6.25, run.Duration.TotalSeconds, 2);
        Assert.Equal(run.Duration, run.CriticalPath);
        Assert.Equal(["start:slow", "start:d", "validate"], run.CriticalSteps);
        Assert.Equal(1.25, World.Services.At["start b"], 2);
    }

    [Fact]
    public async Task What_did_not_run_before_stays_stopped()
    {
        World.Services.Unit("worker").State = ServiceState.Stopped;
        var run = await World.RunAsync(Stack, GraphOperation.Restart);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.DoesNotContain("start worker", Calls);
        Assert.Equal(StepStatus.NotNeeded, Step(run, "drain:default").Status);
    }

    [Fact]
    public async Task A_restart_of_what_is_down_says_that_nothing_was_brought_up()
    {
        foreach (var node in Stack.Nodes)
        {
            World.Services.Unit(node.Name).State = ServiceState.Stopped;
        }

        var run = await World.RunAsync(Stack, GraphOperation.Restart);
        Assert.Empty(Calls);
        Assert.Contains(run.Warnings, static w => w.Contains("No service of stack was running", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_restart_after_one_that_was_killed_names_what_that_left_stopped()
    {
        World.Killed = new KilledRun("run-1", "Restart", new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), ["db", "worker", "web"]);
        World.Services.Unit("worker").State = ServiceState.Stopped;
        World.Services.Unit("web").State = ServiceState.Stopped;
        var run = await World.RunAsync(Stack, GraphOperation.Restart);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.DoesNotContain("worker", World.Remembered!);
        Assert.Contains(
            run.Warnings,
            static w =>
                w.Contains(
                    "2026-01-02 03:04:05 UTC (run run-1) was killed. worker, web ran before it and are stopped now",
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public async Task A_stopped_node_is_started_when_asked_for()
    {
        World.Services.Unit("worker").State = ServiceState.Stopped;
        await World.RunAsync(Stack, GraphOperation.Restart, options: new RunOptions { StartStopped = true });
        Assert.Contains("start worker", Calls);
    }

    [Fact]
    public async Task A_unit_that_dies_while_being_probed_ends_the_wait_at_once()
    {
        World.Probes.HealthyAfter["web"] = null;
        World.Services.Unit("web").DiesAfter = TimeSpan.FromSeconds(1);
        var run = await World.RunAsync(Stack, GraphOperation.Restart, options: new RunOptions { OnFailure = FailurePolicy.Stop });

        var ready = Step(run, "ready:web");
        Assert.Equal(StepStatus.Failed, ready.Status);
        Assert.Equal(1, ready.Took.TotalSeconds, 2);
        Assert.Contains("failed (exit-code) while it was being probed", ready.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(RunOutcome.Failed, run.Outcome);
    }

    [Fact]
    public async Task A_probe_that_never_passes_fails_and_never_goes_on()
    {
        World.Probes.HealthyAfter["db"] = null;
        var run = await World.RunAsync(Stack, GraphOperation.Restart, options: new RunOptions { OnFailure = FailurePolicy.Stop });

        Assert.Equal(StepStatus.TimedOut, Step(run, "ready:db").Status);
        Assert.Equal(OpsError.ReadyTimeout, run.Error);
        Assert.Equal(StepStatus.Skipped, Step(run, "start:web").Status);
        Assert.Equal("ready:db did not succeed", Step(run, "ready:web").Note);
    }

    [Fact]
    public async Task Independent_branches_finish_when_one_fails()
    {
        var graph = new ServiceGraph { Name = "g", Nodes = [Node("bad"), Node("good"), Node("after", "good")] };
        foreach (var node in graph.Nodes)
        {
            World.Services.Unit(node.Name).State = ServiceState.Stopped;
        }

        World.Services.Unit("bad").FailStarts = 1;
        World.Services.Unit("good").StartTakes = TimeSpan.FromSeconds(5);
        var run = await World.RunAsync(graph, GraphOperation.Start);
        Assert.Equal(RunOutcome.Failed, run.Outcome);
        Assert.Equal(ServiceState.Running, World.Services.Unit("after").State);
    }

    [Fact]
    public async Task What_does_not_go_by_itself_is_killed_and_reported()
    {
        World.Services.Unit("web").IgnoresTerm = true;
        var graph = Stack with { Nodes = [.. Stack.Nodes.Select(n => n with { StopTimeout = TimeSpan.FromSeconds(3) })] };
        var run = await World.RunAsync(graph, GraphOperation.Restart);

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(StepStatus.Killed, Step(run, "stop:web").Status);
        Assert.Contains("web: killed pid 100 after 3.0s.", run.Warnings);
    }

    [Theory]
    [InlineData("masked", "is masked")]
    [InlineData("not-found", "is gone")]
    public async Task A_unit_that_runs_and_could_not_be_started_again_is_refused(string loadState, string words)
    {
        World.Services.Unit("worker").LoadState = loadState;
        World.Checks.Add(new UnitsCheck());
        var run = await World.RunAsync(Stack, GraphOperation.Restart);
        Assert.Equal(RunOutcome.Refused, run.Outcome);
        Assert.Contains(words, run.Failure, StringComparison.Ordinal);
        Assert.Empty(Calls);
    }

    [Fact]
    public async Task Preflight_errors_refuse_before_the_first_change()
    {
        World.Services.Unit("web").State = ServiceState.Masked;
        World.Checks.Add(new UnitsCheck());
        var run = await World.RunAsync(Stack, GraphOperation.Restart);
        Assert.Equal(RunOutcome.Refused, run.Outcome);
        Assert.Equal(OpsError.PreflightFailed, run.Error);
        Assert.Empty(Calls);
        Assert.Contains(run.Findings, f => f.Code == "UnitMasked");
    }

    [Fact]
    public async Task Events_are_numbered_without_gaps_and_end_with_the_result()
    {
        await World.RunAsync(Stack, GraphOperation.Restart);
        Assert.Equal(Enumerable.Range(1, World.Events.Count), World.Events.Select(e => e.Sequence));
        Assert.Equal(RunEventKind.RunStarted, World.Events[0].Kind);
        Assert.Equal(RunEventKind.RunFinished, World.Events[^1].Kind);
        Assert.Equal(World.Events[^1].Total, World.Events[^1].Finished);
    }

    [Fact]
    public async Task No_more_steps_are_under_way_than_allowed()
    {
        var graph = new ServiceGraph { Name = "g", Nodes = [.. Enumerable.Range(0, 20).Select(i => Node($"n{i}"))] };
        foreach (var node in graph.Nodes)
        {
            World.Services.Unit(node.Name).StopTakes = TimeSpan.FromSeconds(1);
        }

        var under = 0;
        var most = 0;
        World.OnEvent = e =>
            most = Math.Max(
                most,
                e.Kind switch
                {
                    RunEventKind.StepStarted => ++under,
                    RunEventKind.StepFinished => --under,
                    _ => under,
                }
            );
        await World.RunAsync(graph, GraphOperation.Stop, options: new RunOptions { MaxParallel = 5 });
        Assert.Equal(5, most);
    }
}
