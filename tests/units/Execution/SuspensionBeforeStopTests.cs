using OpsRestart.Core.Planning;
using OpsRestart.Tests.Units.Fakes;
using static OpsRestart.Tests.Units.Fakes.FakeWorld;

namespace OpsRestart.Tests.Units.Execution;

/// <summary>Where nobody waits for tasks, workers are suspended before they stop as far as they answer at once; what hinders that hinders no run.</summary>
[Collection("fake clock")]
public sealed class SuspensionBeforeStopTests
{
    private const string AtRisk = "What a worker takes in the moment of its stop may be lost.";
    private static readonly PlanOptions None = new() { DrainMode = DrainMode.None };

    private static readonly ServiceGraph Stack = new()
    {
        Name = "stack",
        Nodes = [Node("db") with { Role = "datastore" }, Node("web", "db"), Node("worker", "db"), Node("other", "db")],
        Queues =
        [
            new GraphQueue
            {
                Name = "default",
                System = "celery",
                Broker = "redis://",
                FedBy = ["web"],
                ConsumedBy = ["worker", "other"],
            },
        ],
    };

    private readonly FakeWorld _world = new();

    [Fact]
    public async Task The_workers_are_suspended_when_they_are_told_to_stop_and_not_any_more_when_they_start()
    {
        List<string> calls = [];
        _world.Queues.OnResume = () => calls.AddRange(_world.Services.Calls);
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, None);

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(["suspend", "resume"], _world.Queues.Log);
        Assert.Superset(new HashSet<string> { "stop worker", "stop other" }, calls.ToHashSet());
        Assert.DoesNotContain("start worker", calls);
        Assert.DoesNotContain("start other", calls);
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public async Task Producers_do_not_wait_for_it()
    {
        _world.Queues.Silent = true;
        await _world.RunAsync(Stack, GraphOperation.Restart, None);
        Assert.InRange(_world.Services.At["stop web"], 0, 0.5);
        Assert.InRange(_world.Services.At["stop worker"], 2, 3);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_broker_that_never_answers_holds_up_nothing_and_is_told(bool evenWhenCancelled, bool byLevel)
    {
        (_world.Queues.Silent, _world.Queues.Deaf) = (!evenWhenCancelled, evenWhenCancelled);
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, byLevel ? new PlanOptions { DrainLevel = DrainLevel.None } : None);

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.InRange(_world.Services.At["stop worker"], 2, 3);
        Assert.Equal([$"Queue 'default' could not be suspended before its workers stop: no answer within 2.0s. {AtRisk}"], run.Warnings);
        Assert.Empty(_world.Queues.Log);
    }

    [Fact]
    public async Task Those_that_answer_stay_suspended_beside_one_that_hangs()
    {
        _world.Queues.PartlySilent = true;
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, None);

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(["suspend", "resume"], _world.Queues.Log);
        Assert.InRange(_world.Services.At["stop worker"], 2, 3);
        Assert.Equal(
            [$"Queue 'default' could not be suspended before its workers stop: not all of them answered within 2.0s. {AtRisk}"],
            run.Warnings
        );
    }

    [Fact]
    public async Task A_suspension_that_fails_is_a_warning()
    {
        _world.Queues.SuspensionFails = new OpsRestartException(OpsError.NoReply, "2 workers are connected and do not answer.", "default");
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, None);

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.InRange(_world.Services.At["stop worker"], 0, 0.5);
        Assert.Equal(
            [$"Queue 'default' could not be suspended before its workers stop: 2 workers are connected and do not answer. {AtRisk}"],
            run.Warnings
        );
    }

    [Fact]
    public async Task Where_consumers_have_no_such_switch_it_goes_on_without_a_word()
    {
        _world.Queues.SuspensionFails = new OpsRestartException(
            OpsError.InvalidArgument,
            "RabbitMQ has no switch that stops its consumers.",
            "default"
        );
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, None);

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(StepStatus.NotNeeded, run.Steps.Single(static s => s.Id == "suspend:default").Status);
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public async Task What_is_known_to_have_no_such_switch_has_no_step_and_each_worker_comes_back_by_itself()
    {
        _world.Services.Unit("other").StopTakes = TimeSpan.FromSeconds(20);
        var graph = Stack with { Nodes = [Node("db") with { Protected = true }, .. Stack.Nodes.Skip(1)] };
        var run = await _world.RunAsync(graph, GraphOperation.Restart, None with { WithoutSuspension = ["celery"] });

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.DoesNotContain(run.Steps, static s => s.Kind is StepKind.SuspendQueue or StepKind.ResumeQueue);
        Assert.Empty(_world.Queues.Log);
        Assert.InRange(_world.Services.At["start worker"], 0, 1);
    }

    [Fact]
    public async Task What_can_not_be_resumed_in_time_is_no_failure_and_is_tried_again_at_the_end()
    {
        // Each try finds the broker away: as long as the resume step tries, and once more.
        _world.Queues.ResumesThatFail = 30;
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, None);

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Empty(run.Left);
        Assert.Equal("resume", _world.Queues.Log[^1]);
        Assert.Contains(run.Warnings, static w => w.EndsWith("It is tried again at the end of the run.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_drained_queue_that_may_be_fed_by_others_is_suspended_after_its_drain()
    {
        var graph = Stack with { Queues = [Stack.Queues[0] with { FedBy = [] }] };
        _world.Queues.SuspensionFails = new OpsRestartException(OpsError.NoReply, "No worker answers.", "default");
        var plan = Planner.Plan(graph, GraphOperation.Restart, new PlanOptions());
        Assert.Equal(["drain:default"], plan.Steps.Single(static s => s.Id == "suspend:default").After);
        Assert.Contains("suspend:default", plan.Steps.Single(static s => s.Id == "stop:worker").After);

        var run = await _world.RunAsync(graph, GraphOperation.Restart);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(DrainConfidence.Exact, run.Tasks!.Proof);
        Assert.False(run.Tasks.NoneLost);
    }

    [Theory]
    [InlineData(DrainMode.None, 0.0, 0.0)]
    [InlineData(DrainMode.None, 0.4, 0.4)]
    [InlineData(DrainMode.SuspendOnly, 0.4, 0.4)]
    [InlineData(DrainMode.Signal, 0.4, 0.4)]
    [InlineData(DrainMode.None, 60.0, 1.0)]
    [InlineData(DrainMode.SuspendOnly, 60.0, 1.0)]
    [InlineData(DrainMode.Signal, 60.0, 1.0)]
    public async Task Where_nobody_waits_for_tasks_those_that_end_in_a_moment_are_let_end(DrainMode mode, double runsFor, double stopsAt)
    {
        _world.Queues.RunsFor = TimeSpan.FromSeconds(runsFor);
        await _world.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { DrainMode = mode });
        Assert.InRange(_world.Services.At["stop worker"], stopsAt, stopsAt + 0.2);
        Assert.InRange(_world.Services.At["stop web"], 0, mode == DrainMode.SuspendOnly ? stopsAt + 0.2 : 0.2);
    }

    [Fact]
    public void What_is_killed_at_once_is_not_asked_before() =>
        Assert.DoesNotContain(
            Planner.Plan(Stack, GraphOperation.Stop, None with { StopTimeout = TimeSpan.Zero }).Steps,
            static s => s.Kind == StepKind.SuspendQueue
        );
}
