using OpsRestart.Core.Planning;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>A migration between stop and start, under load: only over ground on which nothing runs.</summary>
[Collection("frappe")]
public sealed class FrappeMigrationTests(FrappeStack stack, ITestOutputHelper output) : StackTest(stack, output)
{
    private static readonly GraphHook Migration = new()
    {
        Name = "migrate",
        Command = ["bench", "--site", "all", "migrate"],
        User = "frappe",
    };

    [Fact]
    public async Task Runs_when_the_work_was_drained_and_no_job_runs_beside_it()
    {
        await stack.QueueAsync(60, longest: 0.6);
        await Eventually.IsTrueAsync(async () => await FrappeStack.CountStartedAsync() >= 5);
        var run = await RunAsync(new PlanOptions { DrainMode = DrainMode.Wait, Hook = Migration });

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(StepStatus.Done, Step(run, "hook:migrate").Status);
        Assert.Equal(0, await FrappeStack.CountStartsAsync(run.Drains[0].At, EndOf(run, "hook:migrate")));
        await AssertNothingLostAsync(atLeast: 60);
        await AssertAllRunAsync();
    }

    [Theory]
    [InlineData(DrainMode.Signal)]
    [InlineData(DrainMode.SuspendOnly)]
    [InlineData(DrainMode.None)]
    public async Task Is_refused_before_the_first_stop_in_modes_that_drain_nothing(DrainMode mode)
    {
        var before = await InvocationsAsync();
        var run = await RunAsync(new PlanOptions { DrainMode = mode, Hook = Migration });

        Assert.Equal((RunOutcome.Refused, OpsError.PreflightFailed), (run.Outcome, run.Error));
        Assert.Contains("'migrate' may not run", run.Failure, StringComparison.Ordinal);
        Assert.Equal(before, await InvocationsAsync());
        Assert.Equal("", await FrappeStack.FlagAsync());
    }

    [Fact]
    public async Task A_migration_that_fails_brings_everything_back()
    {
        await stack.QueueAsync(40, longest: 0.4);
        var failing = Migration with { Command = ["env", "FAIL=1", "bench", "migrate"] };
        var run = await RunAsync(new PlanOptions { DrainMode = DrainMode.Wait, Hook = failing });

        Assert.Equal((RunOutcome.RolledBack, OpsError.HookFailed), (run.Outcome, run.Error));
        Assert.Contains("patch frappe.patches.v15.broken failed", run.Failure, StringComparison.Ordinal);
        Assert.Empty(run.Left);
        Assert.Equal("", await FrappeStack.FlagAsync());
        await AssertAllRunAsync();
        await AssertNothingLostAsync(atLeast: 40);
    }

    private async Task<string> InvocationsAsync()
    {
        var ids = new List<string>();
        foreach (var unit in stack.Units)
        {
            ids.Add(await InvocationAsync(unit));
        }

        return string.Join(' ', ids);
    }
}
