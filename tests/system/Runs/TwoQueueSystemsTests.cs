using OpsRestart.Core.Planning;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Queues;
using OpsRestart.Tests.System.Redis;

namespace OpsRestart.Tests.System.Runs;

/// <summary>Celery and RQ in one graph and on one Redis, with their real programs as units.</summary>
public sealed class TwoQueueSystemsTests(ITestOutputHelper output) : RunTest
{
    private const string CeleryUnit = "t-celery";
    private const string RqUnit = "t-rq";

    [Theory]
    [InlineData(DrainMode.Wait)]
    [InlineData(DrainMode.Signal)]
    public async Task One_restart_suspends_both_while_both_are_fed_and_each_job_runs_once(DrainMode mode)
    {
        TestHost.Needs("celery", "celery");
        TestHost.Needs("rq", "python3-rq");
        await using var redis = await RedisServer.StartAsync();
        var celery = CeleryStack.On(redis, null);
        var rq = RqStack.On(redis);
        await using var units = await Units.InstallAsync(
            (CeleryUnit, Worker(celery.WorkerCommand(CeleryUnit, "-c", "2"), celery.WorkerEnvironment)),
            (RqUnit, Worker(rq.WorkerCommand, rq.WorkerEnvironment))
        );
        await UpAsync(CeleryUnit, RqUnit);
        await using var mails = celery.Feed("late", 0.05, 10);
        await using var reports = rq.Feed("sleep", 0.05, 8);
        await AllWorkAsync(celery.Ledger, mails, reports);
        string[] before = [await InvocationAsync(CeleryUnit), await InvocationAsync(RqUnit)];

        var run = await RunAsync(Graph(celery, rq), GraphOperation.Restart, plan: new PlanOptions { DrainMode = mode });
        output.WriteLine($"{run.Outcome} in {run.Duration.TotalSeconds:0.0} s\n{string.Join('\n', run.Warnings)}");

        Assert.True(run.Outcome == RunOutcome.Done, run.Failure);
        await AssertRunningAsync(CeleryUnit, RqUnit);
        Assert.NotEqual(before[0], await InvocationAsync(CeleryUnit));
        Assert.NotEqual(before[1], await InvocationAsync(RqUnit));
        Assert.Equal(StepStatus.Done, Step(run, "suspend:mails").Status);
        Assert.Equal(StepStatus.Done, Step(run, "suspend:reports").Status);

        await AllWorkAsync(celery.Ledger, mails, reports);
        await mails.StopAsync();
        await reports.StopAsync();
        IReadOnlyList<string> sent = [.. mails.Sent, .. reports.Sent];
        await Eventually.IsTrueAsync(() => celery.Ledger.EndedIds.Distinct().Count() >= sent.Count, TimeSpan.FromSeconds(120), "all end");
        output.WriteLine($"mails {mails.Sent.Count}, reports {reports.Sent.Count}");
        Assert.Equal(sent.Order(), celery.Ledger.EndedIds.Order());
    }

    /// <summary>Of each, some that are sent from now on are done.</summary>
    private static async Task AllWorkAsync(Ledger ledger, params Feeder[] feeders)
    {
        foreach (var feeder in feeders)
        {
            var until = feeder.Sent.Count;
            await Eventually.IsTrueAsync(
                () => feeder.Sent.Skip(until).Intersect(ledger.EndedIds).Count() >= 3,
                TimeSpan.FromSeconds(60),
                "tasks that are sent now are done"
            );
        }
    }

    private static ServiceGraph Graph(CeleryStack celery, RqStack rq) =>
        Graph(Worker(CeleryUnit, "celery", celery.Address), Worker(RqUnit, "rq", rq.Redis.Address)) with
        {
            Queues =
            [
                celery.Definition() with
                {
                    Name = "mails",
                    Queues = ["celery"],
                    ConsumedBy = [CeleryUnit],
                    Drain = DrainLevel.Executing,
                },
                rq.Definition with
                {
                    Name = "reports",
                    Queues = ["default"],
                    ConsumedBy = [RqUnit],
                    Drain = DrainLevel.Executing,
                },
            ],
        };

    private static ServiceNode Worker(string unit, string probe, string broker) =>
        Node(unit) with
        {
            Ready =
            [
                new ProbeDefinition
                {
                    Kind = probe,
                    Target = broker,
                    Within = TimeSpan.FromMinutes(2),
                    Every = TimeSpan.FromMilliseconds(500),
                },
            ],
        };

    private static string Worker(string command, string environment) =>
        Units.Service(command, environment, "KillMode=mixed", "TimeoutStopSec=120");

    private static Task<string> InvocationAsync(string unit) => Systemctl.ShowAsync(unit, "InvocationID");
}
