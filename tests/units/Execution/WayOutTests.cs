using OpsRestart.Core.Execution;
using OpsRestart.Core.Planning;
using OpsRestart.Tests.Units.Fakes;
using static OpsRestart.Tests.Units.Fakes.FakeWorld;

namespace OpsRestart.Tests.Units.Execution;

/// <summary>
/// Whatever goes wrong, a run comes to an end that tells the truth and leaves nothing down or suspended that it could bring back.
/// </summary>
[Collection("fake clock")]
public sealed class WayOutTests
{
    private static readonly ServiceGraph Stack = new()
    {
        Name = "stack",
        Nodes = [Node("db"), Node("worker", "db"), Node("other", "db")],
        Queues =
        [
            new GraphQueue
            {
                Name = "first",
                System = "celery",
                Broker = "redis://",
                Queues = ["first"],
                ConsumedBy = ["worker"],
                Drain = DrainLevel.Executing,
            },
            new GraphQueue
            {
                Name = "second",
                System = "celery",
                Broker = "redis://",
                Queues = ["second"],
                ConsumedBy = ["other"],
                Drain = DrainLevel.Executing,
            },
        ],
    };

    private readonly FakeWorld _world = new();

    [Theory]
    [InlineData(RunEventKind.RunStarted)]
    [InlineData(RunEventKind.StepStarted)]
    [InlineData(RunEventKind.StepFinished)]
    [InlineData(RunEventKind.RunFinished)]
    public async Task A_listener_that_throws_does_not_end_the_run(RunEventKind kind)
    {
        _world.OnEvent = e =>
        {
            if (e.Kind == kind)
            {
                throw new IOException("the pipe is closed");
            }
        };
        var run = await _world.RunAsync(Stack, GraphOperation.Restart);

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(["suspend", "suspend", "resume", "resume"], _world.Queues.Log);
        Assert.All(Stack.Nodes, n => Assert.Equal(ServiceState.Running, _world.Services.Unit(n.Name).State));
    }

    [Fact]
    public async Task That_not_every_event_was_told_is_a_warning()
    {
        _world.OnEvent = static e =>
        {
            if (e.Kind == RunEventKind.StepStarted)
            {
                throw new IOException("the pipe is closed");
            }
        };
        var run = await _world.RunAsync(Stack, GraphOperation.Restart);
        Assert.Equal(["Not every event of this run could be told: IOException: the pipe is closed"], run.Warnings);
    }

    [Fact]
    public async Task A_defect_in_resuming_one_queue_keeps_no_other_suspended_and_is_told()
    {
        _world.Queues.Broken.Add("first");
        var run = await _world.RunAsync(Stack, GraphOperation.Restart);

        Assert.Equal(RunOutcome.KnownBadState, run.Outcome);
        Assert.Equal(["queue 'first' is still suspended"], run.Left);
        Assert.Single(_world.Queues.Log, "resume");
    }

    [Fact]
    public async Task The_rollback_lets_workers_in_before_it_starts_them_where_their_suspension_could_not_be_ended_before()
    {
        var admitted = new List<ServiceState>();
        _world.HookFails = true;
        _world.Queues.OnAdmit = () => admitted.Add(_world.Services.Unit("worker").State);
        var hook = new GraphHook { Name = "migrate", Command = ["false"] };
        var run = await _world.RunAsync(
            Stack,
            GraphOperation.Restart,
            new PlanOptions
            {
                DrainMode = DrainMode.SuspendOnly,
                Names = ["worker"],
                Only = true,
                Hook = hook,
            },
            new RunOptions { Force = true }
        );

        Assert.Equal(RunOutcome.RolledBack, run.Outcome);
        Assert.Equal([ServiceState.Stopped], admitted);
        Assert.Equal(["suspend", "admit", "resume"], _world.Queues.Log);
    }

    [Fact]
    public async Task A_drain_that_is_aborted_gives_its_workers_back_before_anything_else()
    {
        var started = new List<string>();
        _world.Queues.Always = DrainVerdict.Busy;
        _world.Queues.OnResume = () => started.AddRange(_world.Services.Calls);
        var graph = Stack with { Queues = [.. Stack.Queues.Select(static q => q with { Timeout = TimeSpan.FromSeconds(3) })] };
        var run = await _world.RunAsync(graph, GraphOperation.Restart);

        Assert.Equal(RunOutcome.DrainAborted, run.Outcome);
        Assert.Equal(["suspend", "suspend", "resume", "resume"], _world.Queues.Log);
        Assert.Empty(started);
    }

    [Fact]
    public async Task A_way_back_that_does_not_end_in_time_still_tells_what_is_left()
    {
        _world.Services.Unit("db").FailStarts = 1;
        _world.OnEvent = e =>
        {
            if (e.Kind == RunEventKind.RollbackStarted)
            {
                _world.Services.Unit("db").StartTakes = TimeSpan.FromHours(1);
            }
        };
        var graph = Stack with { Nodes = [.. Stack.Nodes.Select(static n => n with { StartTimeout = TimeSpan.FromHours(2) })] };
        var run = await _world.RunAsync(graph, GraphOperation.Restart);

        Assert.Equal(RunOutcome.KnownBadState, run.Outcome);
        Assert.Contains("the rollback did not end within 2m", run.Left);
        Assert.Contains("db (db) was running and is starting", run.Left);
        Assert.Contains("worker (worker) was running and is stopped", run.Left);
    }

    [Fact]
    public async Task Processes_that_survive_the_kill_are_not_called_stopped()
    {
        _world.Services.Unit("worker").LeavesProcess = true;
        _world.Services.Unit("worker").SurvivesKill = true;
        var run = await _world.RunAsync(Stack, GraphOperation.Stop, options: new RunOptions { OnFailure = FailurePolicy.Stop });

        var stop = run.Steps.Single(static s => s.Id == "stop:worker");
        Assert.Equal(StepStatus.TimedOut, stop.Status);
        Assert.Equal(OpsError.StopTimeout, stop.Error);
        Assert.Contains("its processes 100 are still there", stop.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Processes_left_over_are_killed_and_reported()
    {
        _world.Services.Unit("worker").LeavesProcess = true;
        var run = await _world.RunAsync(Stack, GraphOperation.Stop);
        Assert.Equal(StepStatus.Killed, run.Steps.Single(static s => s.Id == "stop:worker").Status);
    }

    [Fact]
    public async Task A_service_that_was_flapping_before_and_was_not_touched_is_as_it_was()
    {
        _world.Services.Unit("worker").State = ServiceState.Flapping;
        _world.Queues.Always = DrainVerdict.NoReply;
        var graph = Stack with { Queues = [.. Stack.Queues.Select(static q => q with { Timeout = TimeSpan.FromSeconds(3) })] };
        var run = await _world.RunAsync(graph, GraphOperation.Restart);

        Assert.Equal(RunOutcome.DrainAborted, run.Outcome);
        Assert.Empty(run.Left);
        Assert.DoesNotContain("start worker", _world.Services.Calls);
    }

    [Theory]
    [InlineData(DrainLevel.Executing, OpsError.NoReply)]
    [InlineData(DrainLevel.Drained, OpsError.ConnectionFailed)]
    public async Task A_broker_that_says_nothing_ends_the_run_in_time(DrainLevel level, OpsError expected)
    {
        _world.Queues.Silent = true;
        var graph = Stack with { Queues = [Stack.Queues[0] with { Drain = level, Timeout = TimeSpan.FromSeconds(20) }] };
        var run = await _world.RunAsync(graph, GraphOperation.Restart);
        Assert.Equal(RunOutcome.DrainAborted, run.Outcome);
        Assert.Equal(expected, run.Error);
        Assert.InRange(run.Duration.TotalSeconds, 20, 70);
        Assert.All(Stack.Nodes, n => Assert.Equal(ServiceState.Running, _world.Services.Unit(n.Name).State));
    }
}
