using OpsRestart.Core.Execution;
using static OpsRestart.Tests.Units.Fakes.FakeWorld;

namespace OpsRestart.Tests.Units.Execution;

/// <summary>What becomes of a run that fails, is cancelled, or takes too long.</summary>
public sealed class RollbackTests : ExecutorTest
{
    [Fact]
    public async Task A_start_that_fails_once_is_put_right_by_the_way_back_and_named_with_its_log()
    {
        World.Services.Unit("web").FailStarts = 1;
        var run = await World.RunAsync(Stack, GraphOperation.Restart);

        Assert.Equal(RunOutcome.RolledBack, run.Outcome);
        Assert.Equal(OpsError.ServiceFailed, run.Error);
        Assert.Contains("web did not start", run.Failure, StringComparison.Ordinal);
        Assert.Contains("it went wrong here", run.Failure, StringComparison.Ordinal);
        Assert.Empty(run.Left);
        Assert.Equal(ServiceState.Running, World.Services.Unit("web").State);
        Assert.Equal(ServiceState.Running, World.Services.Unit("worker").State);
        Assert.Contains(run.Steps, s => s is { IsRollback: true, Id: "start:web" });
    }

    [Fact]
    public async Task When_the_way_back_fails_too_it_says_what_is_left()
    {
        World.Services.Unit("db").FailStarts = 2;
        var run = await World.RunAsync(Stack, GraphOperation.Restart);

        Assert.Equal(RunOutcome.KnownBadState, run.Outcome);
        Assert.Equal(OpsError.KnownBadState, run.Error);
        Assert.Contains("db (db) was running and is failed", run.Left);
        Assert.Equal(ServiceState.Running, World.Services.Unit("web").State);
    }

    [Theory]
    [InlineData("stop:web")]
    [InlineData("drain:default")]
    [InlineData("stop:worker")]
    [InlineData("stop:db")]
    [InlineData("start:db")]
    [InlineData("ready:db")]
    [InlineData("start:web")]
    [InlineData("start:worker")]
    [InlineData("ready:web")]
    [InlineData("validate")]
    public async Task Cancelled_in_any_phase_everything_that_ran_runs_again(string phase)
    {
        using var cancel = new CancellationTokenSource();
        World.Queues.Tasks = 2;
        foreach (var name in Stack.Nodes.Select(n => n.Name))
        {
            World.Services.Unit(name).StopTakes = TimeSpan.FromSeconds(1);
            World.Services.Unit(name).StartTakes = TimeSpan.FromSeconds(1);
        }

        World.Probes.HealthyAfter["db"] = TimeSpan.FromSeconds(2);
        World.Probes.HealthyAfter["web"] = TimeSpan.FromSeconds(2);
        World.OnEvent = e =>
        {
            if (e is { Kind: RunEventKind.StepStarted, IsRollback: false } && e.Step == phase)
            {
                cancel.CancelAfter(0);
            }
        };
        var run = await World.RunAsync(Stack, GraphOperation.Restart, cancellationToken: cancel.Token);

        Assert.True(run.Outcome is RunOutcome.Cancelled or RunOutcome.Done, run.ToString());
        Assert.Empty(run.Left);
        Assert.All(Stack.Nodes.Select(n => n.Name), n => Assert.Equal(ServiceState.Running, World.Services.Unit(n).State));
    }

    [Fact]
    public async Task The_runs_own_time_limit_brings_everything_back()
    {
        World.Queues.Tasks = 100;
        World.Queues.Stuck = true;
        var run = await World.RunAsync(Stack, GraphOperation.Restart, options: new RunOptions { Timeout = TimeSpan.FromSeconds(5) });
        Assert.Equal(RunOutcome.TimedOut, run.Outcome);
        Assert.Equal(OpsError.RunTimeout, run.Error);
        Assert.Equal(ServiceState.Running, World.Services.Unit("web").State);
    }

    [Fact]
    public async Task A_worker_that_hangs_is_a_warning_of_the_way_back_and_no_bad_state_of_it()
    {
        var graph = Stack with { Nodes = [.. Stack.Nodes.Select(n => n.Name == "worker" ? n with { Ready = [Probe("worker")] } : n)] };
        World.Queues.Always = DrainVerdict.NoReply;
        World.OnEvent = e =>
        {
            if (e is { Kind: RunEventKind.StepStarted, Step: "drain:default" })
            {
                World.Probes.HealthyAfter["worker"] = null;
            }
        };
        var run = await World.RunAsync(graph, GraphOperation.Restart);
        Assert.Equal(RunOutcome.DrainAborted, run.Outcome);
        Assert.Empty(run.Left);
        Assert.Contains(run.Warnings, w => w.StartsWith("worker (worker) was healthy before this run", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(FailurePolicy.Stop, StepStatus.Skipped)]
    [InlineData(FailurePolicy.Continue, StepStatus.Done)]
    public async Task After_a_failed_start_only_policy_continue_goes_on(FailurePolicy policy, StepStatus expected)
    {
        var graph = new ServiceGraph { Name = "g", Nodes = [Node("bad"), Node("after", "bad")] };
        World.Services.Unit("bad").State = World.Services.Unit("after").State = ServiceState.Stopped;
        World.Services.Unit("bad").FailStarts = 1;
        var run = await World.RunAsync(graph, GraphOperation.Start, options: new RunOptions { OnFailure = policy });
        Assert.Equal(RunOutcome.Failed, run.Outcome);
        Assert.Equal(expected, Step(run, "start:after").Status);
    }

    [Fact]
    public async Task Policy_continue_does_not_go_on_past_a_drain()
    {
        World.Queues.Tasks = 4;
        World.Queues.Stuck = true;
        var run = await World.RunAsync(Stack, GraphOperation.Restart, options: new RunOptions { OnFailure = FailurePolicy.Continue });
        Assert.Equal(RunOutcome.DrainAborted, run.Outcome);
        Assert.DoesNotContain("stop worker", Calls);
    }

    [Fact]
    public async Task A_graph_whose_probe_was_unhealthy_before_may_be_so_after_the_way_back()
    {
        World.Probes.HealthyAfter["web"] = null;
        var run = await World.RunAsync(Stack, GraphOperation.Restart);
        Assert.Equal(RunOutcome.RolledBack, run.Outcome);
        Assert.Empty(run.Left);
    }
}
