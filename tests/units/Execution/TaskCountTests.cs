using OpsRestart.Core.Planning;
using OpsRestart.Tests.Units.Fakes;
using static OpsRestart.Tests.Units.Fakes.FakeWorld;

namespace OpsRestart.Tests.Units.Execution;

/// <summary>Every number of tasks in a result was counted, and "none lost" is said only where it is proven.</summary>
[Collection("fake clock")]
public sealed class TaskCountTests
{
    private static readonly ServiceGraph Stack = new()
    {
        Name = "stack",
        Nodes = [Node("db"), Node("worker", "db"), Node("web", "db")],
        Queues =
        [
            new GraphQueue
            {
                Name = "default",
                System = "celery",
                Broker = "redis://",
                FedBy = ["web"],
                ConsumedBy = ["worker"],
                Timeout = TimeSpan.FromSeconds(30),
            },
        ],
    };

    private readonly FakeWorld _world = new();

    [Fact]
    public async Task Counts_what_was_there_before_and_what_ended()
    {
        _world.Queues.Tasks = 5;
        var tasks = await RunAsync(new PlanOptions());
        Assert.Equal((1, 0, 4), (tasks.RunningBefore, tasks.HeldBefore, tasks.WaitingBefore));
        Assert.Equal((0, 0, 0, 5), (tasks.Running, tasks.Held, tasks.Waiting, tasks.Finished));
        Assert.Equal(DrainConfidence.Exact, tasks.Proof);
        Assert.True(tasks.NoneLost);
    }

    [Fact]
    public async Task A_worker_that_ended_in_the_drain_is_named_and_warned_of()
    {
        _world.Queues.EndedWorkers = ["celery@old (pid 7)"];
        var run = await _world.RunAsync(Stack, GraphOperation.Restart);
        Assert.Equal(["celery@old (pid 7)"], run.Tasks!.EndedWorkers);
        Assert.False(run.Tasks.NoneLost);
        Assert.Contains(
            run.Warnings,
            static w => w.StartsWith("Queue 'default': Ended in the middle of the drain: celery@old (pid 7).", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task What_was_killed_is_named_with_what_it_ran()
    {
        _world.Queues.Tasks = 1;
        _world.Queues.Stuck = true;
        _world.Services.Unit("worker").IgnoresTerm = true;
        var tasks = await RunAsync(new PlanOptions { OnDrainTimeout = DrainTimeoutPolicy.Kill });
        Assert.Equal(["worker"], tasks.KilledNodes);
        Assert.Equal(["app.slow t1"], tasks.KilledTasks);
        Assert.Equal(1, tasks.Running);
        Assert.Equal(DrainConfidence.None, tasks.Proof);
        Assert.False(tasks.NoneLost);
    }

    [Fact]
    public async Task A_run_without_a_drain_knows_no_numbers_and_says_so()
    {
        var tasks = await RunAsync(new PlanOptions { DrainMode = DrainMode.None });
        Assert.Null(tasks.Finished);
        Assert.Null(tasks.Waiting);
        Assert.Equal(["default"], tasks.UndrainedQueues);
        Assert.False(tasks.NoneLost);
    }

    [Fact]
    public async Task A_suspension_that_ends_with_a_warning_proves_nothing()
    {
        _world.Queues.Warnings = ["A task may have been taken by a worker that had been cancelled."];
        var tasks = await RunAsync(new PlanOptions { DrainLevel = DrainLevel.Executing });
        Assert.False(tasks.NoneLost);
    }

    [Fact]
    public async Task Where_no_queue_is_touched_there_is_nothing_to_say()
    {
        var run = await _world.RunAsync(Stack with { Queues = [] }, GraphOperation.Restart);
        Assert.Null(run.Tasks);
    }

    [Fact]
    public async Task Progress_only_rises_and_is_whole_at_the_end()
    {
        _world.Queues.Tasks = 10;
        await RunAsync(new PlanOptions());
        var told = _world.Events.Select(static e => e.Percent).OfType<int>().ToList();
        Assert.Equal(told.Order(), told);
        Assert.Equal(100, told[^1]);
        Assert.True(told.Distinct().Count() > 10, string.Join(' ', told));
    }

    private async Task<RunTasks> RunAsync(PlanOptions plan)
    {
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, plan);
        Assert.True(run.Outcome == RunOutcome.Done, run.Failure);
        return run.Tasks!;
    }
}
