using System.Diagnostics;
using System.Globalization;
using OpsRestart.Core.Planning;
using OpsRestart.Core.Reports;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Queues;

namespace OpsRestart.Tests.System.Runs;

/// <summary>Rolling restarts and restarts of single workers, beside a producer that never stops: every id is counted.</summary>
public sealed class RollingTests(ITestOutputHelper output) : RunTest
{
    private static readonly string[] Workers = ["t-roll-a", "t-roll-b", "t-roll-c"];

    [Fact]
    public async Task Celery_workers_roll_one_by_one_the_busy_one_last_and_at_every_moment_two_of_three_consume()
    {
        await using var stack = await CeleryStack.StartAsync();
        await using var units = await CeleryUnitsAsync(stack);
        var graph = CeleryGraph(stack);
        var before = await InvocationsAsync();

        // A long task is in one of them; that one is last, and holds up no other.
        var held = await stack.SendAsync("held", []);
        await Eventually.IsTrueAsync(() => stack.Ledger.Read().Any(l => l.Id == held));
        var plan = await Session.PlanAsync(graph, GraphOperation.Restart, new PlanOptions { Rolling = true }, default);
        var order = plan.Steps.Where(static s => s.Kind == StepKind.Stop).Select(static s => s.Target).ToList();
        await using var system = await stack.OpenAsync();
        var busy = (await system.GetWorkersAsync(default)).Single(static w => w.Active > 0).Name.Split('@')[0];
        Assert.Equal(busy, order[^1]);

        await using var feeder = stack.Feed("sleep", 0.05, 15);
        using var watch = new CancellationTokenSource();
        var least = LeastAsync(stack, watch.Token);
        OnEvent = e =>
        {
            if (e.Step == $"drain:load/{busy}" && e.Kind == RunEventKind.StepStarted)
            {
                stack.LetGo();
            }
        };
        var run = await Session.RunAsync(plan, new(), null, e => OnEvent(e), default);
        await watch.CancelAsync();
        Tell(run);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.DoesNotContain(run.Steps, static s => s.Status == StepStatus.Killed);
        Assert.Empty(before.Intersect(await InvocationsAsync()));
        Assert.True(await least >= 2, $"{await least} workers consumed at one moment");
        await feeder.StopAsync();
        await AssertEachOnceAsync(stack.Ledger, feeder, stack.Redis.Port, "celery");
    }

    [Fact]
    public async Task A_restart_of_one_Celery_worker_leaves_the_others_of_its_queue_at_work_and_a_failed_roll_leaves_the_rest_untouched()
    {
        await using var stack = await CeleryStack.StartAsync();
        await using var units = await CeleryUnitsAsync(stack);
        await using var feeder = stack.Feed("sleep", 0.05, 15);
        var before = await InvocationsAsync();
        using var watch = new CancellationTokenSource();
        var least = LeastAsync(stack, watch.Token);
        var run = await RunAsync(CeleryGraph(stack), GraphOperation.Restart, plan: new PlanOptions { Names = ["t-roll-b"] });
        await watch.CancelAsync();
        Tell(run);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.True(await least >= 2, $"{await least} workers consumed at one moment");
        var after = await InvocationsAsync();
        Assert.Equal([true, false, true], before.Zip(after).Select(static p => p.First == p.Second));

        // Its probe never becomes healthy: that one is brought back, and the last one is left alone.
        var sick = CeleryGraph(stack);
        sick = sick with
        {
            Nodes = [.. sick.Nodes.Select(static (n, i) => i == 1 ? n with { Ready = [Tcp(1, withinSeconds: 1)] } : n)],
            Queues = [.. sick.Queues.Select(static q => q with { ConsumedBy = Workers })],
        };
        run = await RunAsync(
            sick,
            GraphOperation.Restart,
            plan: new PlanOptions
            {
                Rolling = true,
                Part = new NodePart { Exclude = ["t-roll-a"] },
            }
        );
        Tell(run);
        Assert.NotEqual(RunOutcome.Done, run.Outcome);
        await AssertRunningAsync(Workers);
        await feeder.StopAsync();
        await AssertEachOnceAsync(stack.Ledger, feeder, stack.Redis.Port, "celery");
    }

    [Fact]
    public async Task Rq_workers_roll_one_by_one_and_each_job_runs_once()
    {
        await using var stack = await RqStack.StartAsync();
        var text = Units.Service(stack.WorkerCommand, stack.WorkerEnvironment, "KillMode=mixed", "TimeoutStopSec=120");
        await using var units = await Units.InstallAsync([.. Workers.Select(w => (w, text))]);
        await UpAsync(Workers);
        await using var system = await stack.OpenAsync();
        await Eventually.IsTrueAsync(async () => (await system.GetWorkersAsync(default)).Count == 3, TimeSpan.FromSeconds(60));
        var before = await InvocationsAsync();
        await using var feeder = stack.Feed("sleep", 0.05, 10);
        var graph = Graph([.. Workers.Select(static w => Node(w) with { Role = "worker" })]) with
        {
            Queues = [stack.Definition with { ConsumedBy = Workers }],
        };
        var run = await RunAsync(graph, GraphOperation.Restart, plan: new PlanOptions { Rolling = true });
        Tell(run);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.DoesNotContain(run.Steps, static s => s.Status == StepStatus.Killed);
        Assert.Empty(before.Intersect(await InvocationsAsync()));
        await feeder.StopAsync();
        await AssertEachOnceAsync(stack.Ledger, feeder, stack.Redis.Port, "rq:queue:default");
    }

    private static ServiceGraph CeleryGraph(CeleryStack stack) =>
        Graph([.. Workers.Select(static w => Node(w) with { Role = "worker", StableFor = TimeSpan.FromSeconds(1) })]) with
        {
            Queues = [stack.Definition() with { ConsumedBy = Workers, Timeout = TimeSpan.FromMinutes(2) }],
        };

    private static async Task<Units> CeleryUnitsAsync(CeleryStack stack)
    {
        var units = await Units.InstallAsync([
            .. Workers.Select(w =>
                (w, Units.Service(stack.WorkerCommand(w, "-c", "1"), stack.WorkerEnvironment, "KillMode=mixed", "TimeoutStopSec=120"))
            ),
        ]);
        await UpAsync(Workers);
        await Eventually.IsTrueAsync(async () => await CountAsync(stack) == 3, TimeSpan.FromSeconds(120));
        return units;
    }

    /// <summary>The fewest workers that were seen to consume at one moment.</summary>
    private static async Task<int> LeastAsync(CeleryStack stack, CancellationToken cancellationToken)
    {
        var least = Workers.Length;
        while (!cancellationToken.IsCancellationRequested)
        {
            least = Math.Min(least, await CountAsync(stack));
            await Task.Delay(50, CancellationToken.None);
        }

        return least;
    }

    private static async Task<int> CountAsync(CeleryStack stack)
    {
        await using var system = await stack.OpenAsync();
        try
        {
            return (await system.GetWorkersAsync(default)).Count(static w =>
                w.Queues.Count > 0 && w.State is QueueWorkerState.Idle or QueueWorkerState.Busy
            );
        }
        catch (OpsRestartException)
        {
            return 0;
        }
    }

    private static async Task<IReadOnlyList<string>> InvocationsAsync()
    {
        var found = new List<string>();
        foreach (var unit in Workers)
        {
            found.Add(await Systemctl.ShowAsync(unit, "InvocationID"));
        }

        return found;
    }

    private async Task AssertEachOnceAsync(Ledger ledger, Feeder feeder, int port, string queue)
    {
        await Eventually.IsTrueAsync(
            async () => int.Parse(await Shell.BashAsync($"redis-cli -p {port} llen {queue}"), CultureInfo.InvariantCulture) == 0,
            TimeSpan.FromSeconds(120)
        );
        List<string> Lost() => [.. feeder.Sent.Except(ledger.EndedIds)];
        for (var clock = Stopwatch.StartNew(); Lost().Count > 0 && Pace.IsWithin(clock.Elapsed, TimeSpan.FromSeconds(20)); )
        {
            await Task.Delay(100);
        }

        var twice = ledger.EndedIds.GroupBy(static id => id).Where(static g => g.Count() > 1).Select(static g => g.Key).ToList();
        output.WriteLine($"{feeder.Sent.Count} tasks, {Lost().Count} lost, {twice.Count} twice");
        Assert.Empty(twice);
        Assert.Empty(Lost());
    }

    private void Tell(ServiceGraphRun run) => output.WriteLine(RunTable.Page(run, 140, withFailure: true).ToString());
}
