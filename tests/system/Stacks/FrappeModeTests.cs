using OpsRestart.Core.Planning;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>
/// The four drain modes over RQ, under load, each with what it promises. OPSRESTART_LOSS_RESTARTS=100 counts the jobs over that many restarts for each mode.
/// </summary>
[Collection("frappe")]
public sealed class FrappeModeTests(FrappeStack stack, ITestOutputHelper output) : StackTest(stack, output)
{
    [Theory]
    [InlineData(null)]
    [InlineData(DrainMode.Wait)]
    [InlineData(DrainMode.Signal)]
    [InlineData(DrainMode.SuspendOnly)]
    [InlineData(DrainMode.None)]
    public async Task A_restart_under_load_loses_no_job_that_ends_in_time(DrainMode? mode)
    {
        var restarts = Setting.Number("OPSRESTART_LOSS_RESTARTS") ?? 1;
        var jobs = restarts == 1 ? 120 : 40;
        for (var restart = 0; restart < restarts; restart++)
        {
            var begun = await FrappeStack.CountStartedAsync();
            await stack.QueueAsync(jobs, longest: 0.6, seed: (int)(mode ?? 0) + (10 * restart));
            await Eventually.IsTrueAsync(async () => await FrappeStack.CountStartedAsync() >= begun + 5);
            var run = await RunAsync(new PlanOptions { DrainMode = mode });

            Assert.Equal(RunOutcome.Done, run.Outcome);
            Assert.Equal("", await FrappeStack.FlagAsync());
            Assert.DoesNotContain(run.Steps, static s => s.Status == StepStatus.Killed);
            if (mode == DrainMode.Wait)
            {
                var drain = Assert.Single(run.Drains);
                Assert.Equal((DrainVerdict.Drained, DrainConfidence.Exact), (drain.Verdict, drain.Confidence));
                Assert.Equal(0, await FrappeStack.CountStartsAsync(drain.At, BeginOf(run, "start:worker@short")));
            }

            await AssertAllRunAsync();
            await AssertNothingLostAsync(atLeast: jobs * (restart + 1));
        }
    }

    [Theory]
    [InlineData(DrainMode.Wait)]
    [InlineData(DrainMode.Signal)]
    public async Task Wait_and_signal_let_a_long_job_finish(DrainMode mode)
    {
        await LongJobAsync(6);
        var run = await RunAsync(new PlanOptions { DrainMode = mode });

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.DoesNotContain(run.Steps, static s => s.Status == StepStatus.Killed);

        // Signal restarts what can be restarted at once: the web tier does not wait for the job.
        Assert.True(mode == DrainMode.Wait || EndOf(run, "stop:web") < EndOf(run, "stop:worker@long"), Describe(run));
        await AssertNothingLostAsync();
    }

    [Fact]
    public async Task In_the_mode_signal_the_web_tier_answers_while_a_worker_still_finishes_its_job()
    {
        await LongJobAsync(30);
        await AssertWebComesBackAtOnceAsync("frappe-web", "http://127.0.0.1:8000/api/method/ping", "worker@long", "frappe-redis-queue");
        await AssertNothingLostAsync();
    }

    [Theory]
    [InlineData(DrainMode.SuspendOnly)]
    [InlineData(DrainMode.None)]
    public async Task Suspend_only_and_none_kill_what_outlasts_their_patience_and_name_it(DrainMode mode)
    {
        var id = await LongJobAsync(60);
        var run = await RunAsync(new PlanOptions { DrainMode = mode, StopTimeout = TimeSpan.FromSeconds(2) });

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(StepStatus.Killed, Step(run, "stop:worker@long").Status);
        Assert.Single(
            run.Warnings,
            w =>
                w.StartsWith("frappe-worker@long: killed ", StringComparison.Ordinal)
                && w.Contains($"it ran bench.jobs.execute_job {id}", StringComparison.Ordinal)
        );
        Assert.Equal("", await FrappeStack.FlagAsync());

        // The job is not forgotten: RQ has it in its list of started jobs until its next clean-up declares it failed.
        var books = await stack.CountAsync();
        Output.WriteLine(books.Text);
        Assert.True(books is { Lost: 0, Twice: 0 }, books.Text);
        Assert.True(
            (await FrappeStack.StartedAsync()).Contains(id)
                || await Shell.BashAsync($"redis-cli -p 11000 zscore rq:failed:bench:long {id}") != ""
        );
        await AssertAllRunAsync();
    }

    [Fact]
    public void The_defaults_are_five_minutes_for_the_drain_ten_for_a_migration_and_thirty_seconds_until_a_forced_kill()
    {
        var wait = Session.Plan(
            Graph,
            GraphOperation.Restart,
            new PlanOptions
            {
                DrainMode = DrainMode.Wait,
                Hook = new GraphHook { Name = "migrate", Command = ["true"] },
            }
        );
        Assert.Equal(TimeSpan.FromMinutes(5), wait.Steps.Single(static s => s.Kind == StepKind.DrainQueue).Timeout);
        Assert.Equal(TimeSpan.FromMinutes(10), wait.Steps.Single(static s => s.Kind == StepKind.Hook).Timeout);
        Assert.All(
            [DrainMode.SuspendOnly, DrainMode.None],
            mode =>
                Assert.All(
                    Session
                        .Plan(Graph, GraphOperation.Restart, new PlanOptions { DrainMode = mode })
                        .Steps.Where(static s => s.Id.StartsWith("stop:worker", StringComparison.Ordinal)),
                    static s => Assert.Equal(TimeSpan.FromSeconds(30), s.Timeout)
                )
        );
    }

    [Theory]
    [InlineData(DrainMode.Wait)]
    [InlineData(DrainMode.SuspendOnly)]
    public async Task A_suspension_of_somebody_else_is_left_alone(DrainMode mode)
    {
        await Shell.BashAsync("redis-cli -p 11000 set rq:suspended bench");
        var run = await RunAsync(new PlanOptions { DrainMode = mode });

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal("bench", await FrappeStack.FlagAsync());
        Assert.Contains("someone else", Step(run, "suspend:bench").Note, StringComparison.Ordinal);
        Assert.Equal("-1", await Shell.BashAsync("redis-cli -p 11000 ttl rq:suspended"));
        await Shell.BashAsync("redis-cli -p 11000 del rq:suspended");
    }

    private async Task<string> LongJobAsync(double seconds)
    {
        await stack.QueueAsync("work", Pace.Outlasting(seconds), queue: "long");
        await Eventually.IsTrueAsync(async () => (await FrappeStack.StartedAsync()).Count == 1);
        return (await FrappeStack.StartedAsync())[0];
    }
}
