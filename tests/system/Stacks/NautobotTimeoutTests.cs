using OpsRestart.Core.Planning;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>Tasks that outlast their drain, with each of the three policies.</summary>
[Collection("nautobot")]
public sealed class NautobotTimeoutTests(NautobotStack stack, ITestOutputHelper output) : StackTest(stack, output)
{
    private static readonly PlanOptions Impatient = WorkerOnly with { DrainTimeout = TimeSpan.FromSeconds(2) };

    [Fact]
    public async Task Abort_names_what_still_runs_and_leaves_everything_as_it_was()
    {
        await LongTasksAsync("work", 7);
        var before = await InvocationAsync(NautobotStack.Worker);
        var run = await RunAsync(Impatient);

        Assert.Equal((RunOutcome.DrainAborted, OpsError.DrainAborted), (run.Outcome, run.Error));
        Assert.Empty(run.Left);
        Assert.Contains("nautobot_demo.tasks.work", run.Failure, StringComparison.Ordinal);
        Assert.Equal(
            2,
            run.Drains[0]
                .Remaining.Count(static t => t.State == WorkerTaskState.Active && t.Name.EndsWith(".work", StringComparison.Ordinal))
        );
        Assert.Equal(before, await InvocationAsync(NautobotStack.Worker));
        Assert.Empty(Session.Suspensions.List());
        await AssertNothingLostAsync();
    }

    [Fact]
    public async Task Continue_gives_what_still_runs_its_warm_shutdown()
    {
        await LongTasksAsync("work", 7);
        var run = await RunAsync(Impatient with { OnDrainTimeout = DrainTimeoutPolicy.Continue });

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(StepStatus.Done, Step(run, "stop:worker").Status);
        Assert.Contains(run.Warnings, static w => w.Contains("is not drained after 2", StringComparison.Ordinal));
        Assert.DoesNotContain("none lost", Core.Reports.RunTable.Headline(run), StringComparison.Ordinal);
        await AssertNothingLostAsync();
    }

    [Fact]
    public async Task Kill_says_what_it_killed_and_what_was_acknowledged_late_is_still_there()
    {
        await LongTasksAsync("work", 30);
        await stack.QueueAsync("work_late", 30);
        await Eventually.IsTrueAsync(async () => await NautobotStack.CountStartedAsync() >= 3);
        var run = await RunAsync(Impatient with { OnDrainTimeout = DrainTimeoutPolicy.Kill });

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(StepStatus.Killed, Step(run, "stop:worker").Status);
        var told = Assert.Single(
            run.Warnings,
            static w =>
                w.Contains("nautobot_demo.tasks.work ", StringComparison.Ordinal)
                && w.Contains("killed", StringComparison.OrdinalIgnoreCase)
        );
        Assert.Contains("nautobot_demo.tasks.work_late", told, StringComparison.Ordinal);
        var books = await stack.CountAsync();
        Output.WriteLine(books.Text);
        Assert.Equal((2, true), (books.Lost, books.Waiting >= 1));
    }

    /// <summary>Two tasks that run before this returns.</summary>
    private async Task LongTasksAsync(string kind, double seconds)
    {
        await stack.QueueAsync(kind, Pace.Outlasting(seconds), count: 2);
        await Eventually.IsTrueAsync(async () => await NautobotStack.CountStartedAsync() >= 2);
    }
}
