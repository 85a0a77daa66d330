using OpsRestart.Core.Planning;
using OpsRestart.Tests.Units.Fakes;
using static OpsRestart.Tests.Units.Fakes.FakeWorld;

namespace OpsRestart.Tests.Units.Execution;

/// <summary>The mode signal: everything but busy workers comes back at once, and each of these as soon as it has ended.</summary>
[Collection("fake clock")]
public sealed class SignalModeTests
{
    private static readonly ServiceGraph Stack = new()
    {
        Name = "stack",
        Nodes = [Node("db") with { Role = "datastore" }, Node("web", "db"), Node("quick", "db"), Node("busy", "db")],
        Queues =
        [
            new GraphQueue
            {
                Name = "default",
                System = "rq",
                Broker = "redis://",
                FedBy = ["web"],
                ConsumedBy = ["quick", "busy"],
            },
        ],
    };

    private readonly FakeWorld _world = new();

    public SignalModeTests() => _world.Services.Unit("busy").StopTakes = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Web_and_idle_workers_come_back_while_a_busy_one_still_finishes()
    {
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { DrainMode = DrainMode.Signal });

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.InRange(_world.Services.At["start web"], 0, 1);
        Assert.InRange(_world.Services.At["start quick"], 0, 1);
        Assert.InRange(_world.Services.At["start busy"], 60, 62);
        Assert.DoesNotContain("stop db", _world.Services.Calls);
        Assert.Single(_world.Services.Calls, "stop busy");
    }

    [Fact]
    public async Task No_worker_starts_before_all_are_told_to_stop_and_let_in()
    {
        var toldToStop = new List<bool>();
        _world.Queues.OnAdmit = () =>
            toldToStop.Add(_world.Services.Calls.Contains("stop busy") && _world.Services.Calls.Contains("stop quick"));
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { DrainMode = DrainMode.Signal });

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.NotEmpty(toldToStop);
        Assert.All(toldToStop, Assert.True);
        Assert.Equal(["suspend", "admit", "resume"], _world.Queues.Log);
    }

    [Fact]
    public async Task A_worker_that_never_ends_is_killed_after_its_own_stop_timeout_and_reported_once()
    {
        _world.Services.Unit("busy").IgnoresTerm = true;
        var graph = Stack with
        {
            Nodes = [.. Stack.Nodes.Select(static n => n.Name == "busy" ? n with { StopTimeout = TimeSpan.FromSeconds(20) } : n)],
        };
        var run = await _world.RunAsync(graph, GraphOperation.Restart, new PlanOptions { DrainMode = DrainMode.Signal });

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(StepStatus.Killed, run.Steps.Single(static s => s.Id == "stop:busy").Status);
        Assert.Single(run.Warnings, static w => w.Contains("killed", StringComparison.Ordinal));
        Assert.InRange(_world.Services.At["start busy"], 20, 22);
    }

    [Fact]
    public async Task One_that_was_not_running_stays_down_and_holds_up_no_other()
    {
        _world.Services.Unit("busy").State = ServiceState.Stopped;
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { DrainMode = DrainMode.Signal });

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(ServiceState.Stopped, _world.Services.Unit("busy").State);
        Assert.InRange(_world.Services.At["start quick"], 0, 1);
    }
}
