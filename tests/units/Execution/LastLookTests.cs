using OpsRestart.Core.Planning;
using OpsRestart.Tests.Units.Fakes;
using static OpsRestart.Tests.Units.Fakes.FakeWorld;

namespace OpsRestart.Tests.Units.Execution;

/// <summary>"Done" is said of services that are what the plan made them, until the run's very end.</summary>
[Collection("fake clock")]
public sealed class LastLookTests
{
    private static readonly ServiceGraph Stack = new()
    {
        Name = "stack",
        Nodes = [Node("early"), Node("slow"), Node("web", "slow") with { Ready = [Probe("web")] }],
    };

    private readonly FakeWorld _world = new();

    [Theory]
    [InlineData("early", true)]
    [InlineData("early", false)]
    [InlineData("web", true)]
    [InlineData("web", false)]
    public async Task A_service_that_dies_before_the_run_ends_is_a_failure_like_any_other(string victim, bool skipValidation)
    {
        _world.Services.Unit("slow").StartTakes = TimeSpan.FromSeconds(5);
        KillAtTheEndOf(victim, victim == "early" ? "start:early" : "ready:web");
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { SkipValidation = skipValidation });

        Assert.Equal(RunOutcome.RolledBack, run.Outcome);
        Assert.Equal(OpsError.ServiceFailed, run.Error);
        Assert.Contains($"{victim} failed (exit-code) after its start", run.Failure, StringComparison.Ordinal);
        Assert.Contains("it went wrong here", run.Failure, StringComparison.Ordinal);
        Assert.Equal(ServiceState.Running, _world.Services.Unit(victim).State);
        Assert.Contains(run.Steps, s => s.IsRollback && s.Id == "start:" + victim);
        Assert.Empty(run.Left);
    }

    [Fact]
    public async Task A_node_without_probes_stays_up_for_two_seconds_counted_beside_other_steps()
    {
        Down("early", "slow", "web");
        var alone = await _world.RunAsync(Stack, GraphOperation.Start);
        Assert.Equal(2, alone.Duration.TotalSeconds, 2);

        Down("early", "slow", "web");
        _world.Services.Unit("web").StartTakes = TimeSpan.FromSeconds(5);
        var beside = await _world.RunAsync(Stack, GraphOperation.Start);
        Assert.Equal(5.25, beside.Duration.TotalSeconds, 2);
    }

    [Fact]
    public async Task A_stable_time_of_zero_asks_for_none()
    {
        Down("early");
        var graph = new ServiceGraph { Name = "g", Nodes = [Node("early") with { StableFor = TimeSpan.Zero }] };
        var run = await _world.RunAsync(graph, GraphOperation.Start);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(0.25, run.Duration.TotalSeconds, 2);
    }

    [Fact]
    public async Task A_service_without_probes_that_dies_in_its_first_two_seconds_ends_the_wait_at_once()
    {
        Down("early");
        _world.Services.Unit("early").DiesAfter = TimeSpan.FromSeconds(1);
        var run = await _world.RunAsync(new ServiceGraph { Name = "g", Nodes = [Node("early")] }, GraphOperation.Start);
        Assert.Equal(RunOutcome.Failed, run.Outcome);
        Assert.Equal(StepStatus.Failed, run.Steps.Single(static s => s.Id == "validate").Status);
        Assert.Equal(1, run.Duration.TotalSeconds, 2);
    }

    [Fact]
    public async Task What_was_stopped_and_runs_again_is_not_done()
    {
        _world.OnEvent = e =>
        {
            if (e is { Kind: RunEventKind.StepFinished, Step: "stop:slow" })
            {
                _world.Services.Unit("early").State = ServiceState.Running;
            }
        };
        _world.Services.Unit("slow").StopTakes = TimeSpan.FromSeconds(1);
        var run = await _world.RunAsync(Stack, GraphOperation.Stop);
        Assert.Equal(RunOutcome.Failed, run.Outcome);
        Assert.Contains("early was stopped and is running again", run.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_that_fails_starts_nothing_again()
    {
        _world.Services.Unit("slow").LeavesProcess = true;
        _world.Services.Unit("slow").SurvivesKill = true;
        var run = await _world.RunAsync(Stack, GraphOperation.Stop);
        Assert.Equal(RunOutcome.Failed, run.Outcome);
        Assert.DoesNotContain(_world.Services.Calls, static c => c.StartsWith("start", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_consumer_without_a_probe_that_does_not_consume_again_is_named()
    {
        _world.Queues.Consumed = [];
        var run = await _world.RunAsync(WithQueue(), GraphOperation.Restart);
        Assert.Equal(RunOutcome.KnownBadState, run.Outcome);
        Assert.Equal("early runs and does not consume queue 'default' 1m after the start.", run.Failure);
        Assert.Equal(["early (early) runs and does not consume queue 'default'"], run.Left);
    }

    [Fact]
    public async Task A_consumer_without_a_probe_is_waited_for()
    {
        _world.Queues.Consumed = [];
        _world.OnEvent = e =>
        {
            if (e is { Kind: RunEventKind.StepStarted, Step: "validate" })
            {
                _ = ConsumeAfterAsync(TimeSpan.FromSeconds(20));
            }
        };
        var run = await _world.RunAsync(WithQueue(), GraphOperation.Restart);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.InRange(run.Duration.TotalSeconds, 20, 23);
    }

    private static ServiceGraph WithQueue() =>
        Stack with
        {
            Queues =
            [
                new GraphQueue
                {
                    Name = "default",
                    System = "celery",
                    Broker = "redis://",
                    ConsumedBy = ["early"],
                },
            ],
        };

    private async Task ConsumeAfterAsync(TimeSpan time)
    {
        await Task.Delay(time, _world.Clock);
        _world.Queues.Consumed = ["default"];
    }

    private void KillAtTheEndOf(string unit, string step) =>
        _world.OnEvent = e =>
        {
            if (e is { Kind: RunEventKind.StepFinished, IsRollback: false } && e.Step == step)
            {
                _world.Services.Unit(unit).State = ServiceState.Failed;
            }
        };

    private void Down(params string[] units)
    {
        foreach (var unit in units)
        {
            _world.Services.Unit(unit).State = ServiceState.Stopped;
        }
    }
}
