using OpsRestart.Core.Planning;
using OpsRestart.Tests.Units.Fakes;

namespace OpsRestart.Tests.Units.Execution;

public sealed class SuspensionTests : ExecutorTest
{
    [Fact]
    public async Task A_suspension_is_resumed_after_the_run_and_after_a_failure()
    {
        var plan = new PlanOptions { Names = ["worker"] };
        Assert.Equal(RunOutcome.Done, (await World.RunAsync(Stack, GraphOperation.Restart, plan)).Outcome);
        Assert.Equal(["suspend", "resume"], World.Queues.Log);

        var failing = new FakeWorld();
        failing.Services.Unit("worker").FailStarts = 1;
        var run = await failing.RunAsync(Stack, GraphOperation.Restart, plan);
        Assert.True(
            run.Left.Count == 0,
            string.Join(";", run.Steps.Select(s => $"{s.Id} {s.Status} {s.ErrorMessage} {s.Note} {s.IsRollback}"))
        );
        Assert.Equal(RunOutcome.RolledBack, run.Outcome);
        Assert.Equal(["suspend", "resume"], failing.Queues.Log);
    }

    [Fact]
    public async Task A_broker_that_is_away_for_a_moment_is_waited_for_when_its_queue_is_resumed()
    {
        World.Queues.ResumesThatFail = 3;
        var run = await World.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { Names = ["worker"] });
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(["suspend", "resume"], World.Queues.Log);
    }

    [Fact]
    public async Task A_queue_that_could_not_be_resumed_is_not_as_it_was()
    {
        World.Queues.ResumesThatFail = int.MaxValue;
        var run = await World.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { Names = ["worker"] });
        Assert.Equal(RunOutcome.KnownBadState, run.Outcome);
        Assert.Contains("queue 'default' is still suspended", run.Left);
    }
}
