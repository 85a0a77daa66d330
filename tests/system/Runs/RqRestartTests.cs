using System.Diagnostics;
using OpsRestart.Core.Execution;
using OpsRestart.Core.Planning;
using OpsRestart.Core.Reports;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Queues;

namespace OpsRestart.Tests.System.Runs;

/// <summary>
/// The real command <c>rq worker</c> under systemd, which ends at once while RQ is suspended, beside a producer that never stops. Judged by
/// the units, by what the new workers did, and by the ids of all jobs.
/// </summary>
public sealed class RqRestartTests(ITestOutputHelper output) : RunTest
{
    private static readonly string[] Workers = ["t-rq-a", "t-rq-b", "t-rq-always"];

    [Theory]
    [InlineData(null)]
    [InlineData(DrainMode.Wait)]
    [InlineData(DrainMode.Signal)]
    [InlineData(DrainMode.SuspendOnly)]
    [InlineData(DrainMode.None)]
    public async Task In_every_drain_mode_all_workers_consume_again_and_each_job_runs_once(DrainMode? mode)
    {
        await using var stack = await RqStack.StartAsync();
        await using var units = await InstallAsync(stack);
        await using var feeder = stack.Feed("sleep", 0.05, 15);
        await WorkAsync(stack);

        var run = await RunAsync(Graph(stack), GraphOperation.Restart, plan: new PlanOptions { DrainMode = mode });
        Tell(run);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        await AssertRunningAsync(Workers);
        await WorkAsync(stack);
        await feeder.StopAsync();

        // RQ's own hole: a worker that is told to stop between taking a job and noting it drops it. Only a suspension before the stop prevents that.
        await AssertEachOnceAsync(stack, feeder);
    }

    [Fact]
    public async Task In_the_mode_signal_idle_workers_work_again_while_another_still_finishes_its_job()
    {
        await using var stack = await RqStack.StartAsync();
        await using var units = await InstallAsync(stack);
        await WorkAsync(stack);
        var slow = await stack.SendAsync("sleep", "default", 25);
        await Eventually.IsTrueAsync(() => stack.Ledger.Read().Any(l => l.Id == slow && l.What == "begin"));
        await using var feeder = stack.Feed("sleep", 0.05, 5);
        var began = DateTime.UtcNow;
        var running = RunAsync(Graph(stack), GraphOperation.Restart, plan: new PlanOptions { DrainMode = DrainMode.Signal });

        // Two new processes have done a job each, and the slow one is not over yet.
        await Eventually.IsTrueAsync(async () => await CountWorkedAsync(stack, since: began) >= 2, TimeSpan.FromSeconds(20));
        Assert.DoesNotContain(stack.Ledger.Read(), l => l.Id == slow && l.What == "end");

        var run = await running;
        Tell(run);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.DoesNotContain(run.Steps, static s => s.Status == StepStatus.Killed);
        await AssertRunningAsync(Workers);
        await WorkAsync(stack);
        await feeder.StopAsync();
        Assert.Single(stack.Ledger.EndedIds, slow);
        await AssertEachOnceAsync(stack, feeder);
    }

    [Theory]
    [InlineData(DrainMode.Wait)]
    [InlineData(DrainMode.SuspendOnly)]
    public async Task A_rollback_does_not_start_them_suspended_either(DrainMode mode)
    {
        await using var stack = await RqStack.StartAsync();
        await using var units = await InstallAsync(stack);
        await using var feeder = stack.Feed("sleep", 0.05, 10);
        await WorkAsync(stack);

        // The suspension is held over the hook.
        var hook = new GraphHook
        {
            Name = "migrate",
            Command = ["false"],
            Needs = [],
        };
        var run = await RunAsync(
            Graph(stack),
            GraphOperation.Restart,
            new RunOptions { Force = true },
            new PlanOptions { DrainMode = mode, Hook = hook }
        );
        Tell(run);
        Assert.Equal(RunOutcome.RolledBack, run.Outcome);
        await AssertRunningAsync(Workers);
        await WorkAsync(stack);
        await feeder.StopAsync();
        await AssertEachOnceAsync(stack, feeder);
    }

    private static ServiceGraph Graph(RqStack stack) =>
        new()
        {
            Name = "t-rq",
            Nodes =
            [
                .. Workers.Select(w =>
                    Node(w) with
                    {
                        Role = "worker",
                        Ready =
                            w == Workers[0]
                                ?
                                [
                                    new ProbeDefinition
                                    {
                                        Kind = "rq",
                                        Target = stack.Redis.Address,
                                        Within = TimeSpan.FromSeconds(60),
                                    },
                                ]
                                : [],
                    }
                ),
            ],
            Queues =
            [
                new GraphQueue
                {
                    Name = "jobs",
                    System = "rq",
                    Broker = stack.Redis.Address,
                    ConsumedBy = Workers,
                    Drain = DrainLevel.Executing,
                    Timeout = TimeSpan.FromMinutes(2),
                },
            ],
        };

    private static async Task<Units> InstallAsync(RqStack stack)
    {
        string Unit(string restart) =>
            Units.Service(
                stack.WorkerCommand,
                stack.WorkerEnvironment,
                "KillMode=mixed",
                "TimeoutStopSec=120",
                $"Restart={restart}",
                "RestartSec=200ms"
            );
        var units = await Units.InstallAsync((Workers[0], Unit("no")), (Workers[1], Unit("no")), (Workers[2], Unit("always")));
        await UpAsync(Workers);
        return units;
    }

    /// <summary>Every worker's present process has done a job; idle ones are given some.</summary>
    private static async Task WorkAsync(RqStack stack)
    {
        var since = DateTime.MinValue;
        await Eventually.IsTrueAsync(
            async () =>
            {
                await stack.SendAsync("sleep", "default", 0.05);
                return await CountWorkedAsync(stack, since) == Workers.Length;
            },
            TimeSpan.FromSeconds(90)
        );
    }

    /// <summary>Units whose main process is a registered worker that began since then and has done a job.</summary>
    private static async Task<int> CountWorkedAsync(RqStack stack, DateTime since)
    {
        await using var system = await stack.OpenAsync();
        var workers = await system.GetWorkersAsync(default);
        var count = 0;
        foreach (var unit in Workers)
        {
            var pid = int.Parse(await Systemctl.ShowAsync(unit, "MainPID"), global::System.Globalization.CultureInfo.InvariantCulture);
            count += workers.Any(w =>
                w.Pid == pid
                && w.Processed > 0
                && w.State is QueueWorkerState.Idle or QueueWorkerState.Busy
                && DateTime.UtcNow - w.Uptime > since
            )
                ? 1
                : 0;
        }

        return count;
    }

    private async Task AssertEachOnceAsync(RqStack stack, Feeder feeder)
    {
        await Eventually.IsTrueAsync(
            async () =>
                await Shell.BashAsync(
                    $"redis-cli -p {stack.Redis.Port} --raw eval \"return "
                        + "redis.call('LLEN','rq:queue:default')+redis.call('ZCARD','rq:wip:default')\" 0"
                ) == "0",
            TimeSpan.FromSeconds(120)
        );

        // Those of the test itself are in no list of the feeder's. A job that a worker has taken and its horse has not noted is in no list of
        // RQ's for a moment: only one that does not end at all is lost.
        List<string> Lost() => [.. feeder.Sent.Except(stack.Ledger.EndedIds)];
        for (var clock = Stopwatch.StartNew(); Lost().Count > 0 && Pace.IsWithin(clock.Elapsed, TimeSpan.FromSeconds(20)); )
        {
            await Task.Delay(100);
        }

        var lost = Lost();
        var twice = stack.Ledger.EndedIds.GroupBy(static id => id).Where(static g => g.Count() > 1).Select(static g => g.Key).ToList();
        output.WriteLine($"{feeder.Sent.Count} jobs queued beside the run, {lost.Count} lost, {twice.Count} twice");
        Assert.Empty(twice);
        Assert.Empty(lost);
        Assert.Equal("", await Shell.BashAsync($"redis-cli -p {stack.Redis.Port} get rq:suspended"));
    }

    private void Tell(ServiceGraphRun run)
    {
        output.WriteLine(RunTable.Headline(run));
        foreach (var row in RunTable.Rows(run))
        {
            output.WriteLine(
                $"  {(row.IsRollback ? "rollback " : "")}{row.Verb} {row.Target} {row.Start.TotalSeconds:0.0} "
                    + $"{row.Took.TotalSeconds:0.0} {row.Status} {row.Note}"
            );
        }

        foreach (var text in run.Warnings.Concat(run.Left).Append(run.Failure ?? ""))
        {
            output.WriteLine("  " + text);
        }
    }
}
