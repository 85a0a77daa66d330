using OpsRestart.Core.Planning;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>The bench under supervisord: what is promised of it under systemd holds here too.</summary>
[Collection("frappe-supervisor")]
public sealed class FrappeSupervisorTests(FrappeSupervisorStack stack, ITestOutputHelper output) : StackTest(stack, output)
{
    [Theory]
    [InlineData(DrainMode.Wait)]
    [InlineData(DrainMode.Signal)]
    public async Task A_restart_under_load_loses_no_job(DrainMode mode)
    {
        await stack.QueueAsync(120, longest: 0.6, seed: (int)mode);
        await Eventually.IsTrueAsync(async () => await FrappeStack.CountStartedAsync() >= 5);
        var before = await Supervisorctl.PidsAsync();
        var run = await RunAsync(new PlanOptions { DrainMode = mode });

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal("", await FrappeStack.FlagAsync());
        Assert.DoesNotContain(run.Steps, static s => s.Status == StepStatus.Killed);
        var after = await Supervisorctl.PidsAsync();
        if (mode == DrainMode.Wait)
        {
            var drain = Assert.Single(run.Drains);
            Assert.Equal((DrainVerdict.Drained, DrainConfidence.Exact), (drain.Verdict, drain.Confidence));
            Assert.Equal(0, await FrappeStack.CountStartsAsync(drain.At, BeginOf(run, "start:worker@short")));
            Assert.All(stack.Programs, p => Assert.NotEqual(before[p], after[p]));
        }
        else
        {
            // In this mode the datastores stay up.
            Assert.Equal([stack.Programs[0]], stack.Programs.Where(p => before[p] == after[p]));
        }

        await AssertAllRunAsync();
        await AssertNothingLostAsync(atLeast: 120);
    }

    [Fact]
    public async Task A_long_job_is_waited_for_and_its_worker_is_not_killed()
    {
        await stack.QueueAsync("work", 5, queue: "long");
        await Eventually.IsTrueAsync(async () => (await FrappeStack.StartedAsync()).Count == 1);
        var run = await RunAsync(new PlanOptions { DrainMode = DrainMode.Wait });

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.True(Assert.Single(run.Drains).IsDrained);
        Assert.DoesNotContain(run.Steps, static s => s.Status == StepStatus.Killed);
        await AssertAllRunAsync();
        await AssertNothingLostAsync();
    }
}
