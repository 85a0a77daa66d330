using OpsRestart.Core.Planning;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Queues;
using OpsRestart.Tests.System.Redis;

namespace OpsRestart.Tests.System.Runs;

/// <summary>What the mode None is for: one of the workers hangs and answers nobody. The others are suspended before they stop, and lose nothing.</summary>
public sealed class HungWorkerTests(ITestOutputHelper output) : RunTest
{
    private const string Hung = "t-w1";
    private static readonly string[] Workers = ["t-w0", Hung, "t-w2"];

    [Fact]
    public async Task Celery_workers_lose_nothing_beside_one_that_hangs()
    {
        TestHost.Needs("celery", "celery");
        await using var stack = CeleryStack.On(await RedisServer.StartAsync(), null);
        await RestartAsync(
            stack.Definition(),
            w => stack.WorkerCommand(w, "-c", "1"),
            stack.WorkerEnvironment,
            stack.Ledger,
            () => stack.Feed("quick", 0.001, 40)
        );
    }

    [Fact]
    public async Task Nor_do_RQ_workers()
    {
        await using var stack = await RqStack.StartAsync();
        await RestartAsync(
            stack.Definition,
            _ => stack.WorkerCommand,
            stack.WorkerEnvironment,
            stack.Ledger,
            () => stack.Feed("sleep", 0.01, 8)
        );
    }

    private async Task RestartAsync(GraphQueue queue, Func<string, string> command, string environment, Ledger ledger, Func<Feeder> feed)
    {
        await using var units = await Units.InstallAsync([
            .. Workers.Select(w => (w, Units.Service(command(w), environment, "KillMode=mixed", "TimeoutStopSec=120"))),
        ]);
        await UpAsync(Workers);
        await using var system = await Session.Queues.OpenAsync(queue, default);
        await Eventually.IsTrueAsync(
            async () => (await system.GetWorkersAsync(default)).Count(static w => w.State == QueueWorkerState.Idle) == Workers.Length,
            TimeSpan.FromSeconds(60)
        );
        await Shell.BashAsync($"kill -STOP {await Systemctl.ShowAsync(Hung, "MainPID")}");
        await using var feeder = feed();
        await Eventually.IsTrueAsync(() => ledger.Ended >= 10, TimeSpan.FromSeconds(60));

        var graph = Graph([.. Workers.Select(static w => Node(w))]) with { Queues = [queue with { ConsumedBy = Workers }] };
        var run = await RunAsync(
            graph,
            GraphOperation.Restart,
            plan: new PlanOptions { DrainMode = DrainMode.None, StopTimeout = TimeSpan.FromSeconds(10) }
        );
        output.WriteLine($"{run.Outcome} in {run.Duration.TotalSeconds:0.0} s\n{string.Join('\n', run.Warnings)}");

        Assert.True(run.Outcome == RunOutcome.Done, run.Failure);
        Assert.SkipWhen(
            run.Warnings.Any(static w => w.Contains("no answer within", StringComparison.Ordinal)),
            "this machine is too busy for a suspension within 2 s: the run says so, and promises nothing"
        );
        Assert.Contains(run.Warnings, static w => w.Contains("not all of them answered", StringComparison.Ordinal));
        var after = feeder.Count;
        await Eventually.IsTrueAsync(() => feeder.Count > after + 10);
        await feeder.StopAsync();
        await Eventually.IsTrueAsync(
            async () => (await system.GetQueuesAsync([], default)).All(static q => q.Ready == 0),
            TimeSpan.FromSeconds(60)
        );
        await AmqpCeleryStack.DrainAsync(system, DrainLevel.Executing);
        var count = LossCount.Of(feeder.Sent, ledger.EndedIds);
        output.WriteLine(FormattableString.Invariant($"{count}"));

        // The first one went into the open pop of the worker that hangs. (systemd wakes it when it is to stop.)
        Assert.InRange(count.Lost.Count, 0, 1);
        Assert.All(count.Lost, id => Assert.InRange(feeder.Sent.ToList().IndexOf(id), 0, Workers.Length));
        Assert.Empty(count.Twice);
    }
}
