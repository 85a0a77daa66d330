using System.Globalization;
using OpsRestart.Adapters.Redis;
using OpsRestart.Core.Queues;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Redis;

namespace OpsRestart.Tests.System.Queues;

/// <summary>What waiting costs Redis: below one hundredth of a core, beyond what the workers themselves cost.</summary>
public sealed class DrainCostTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task Waiting_for_a_long_Celery_task_and_for_a_backlog_costs_Redis_little()
    {
        await using var stack = await CeleryStack.StartAsync(("PREFETCH", "1"));
        stack.Launch("a", "-c", "1");
        await stack.StartWorkerAsync("b", "-c", "1");
        await using var system = await stack.OpenAsync();
        var idle = await LoadAsync(stack.Redis, () => Task.Delay(Measured));
        await stack.SendAsync("sleep", [60]);
        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 1);
        await JudgeAsync("Celery, a task runs", stack.Redis, system, idle);
        for (var i = 0; i < 20; i++)
        {
            await stack.SendAsync("sleep", [60]);
        }

        await JudgeAsync("Celery, a backlog waits", stack.Redis, system, idle);
    }

    [Fact]
    public async Task Waiting_for_a_long_RQ_job_costs_Redis_little()
    {
        await using var stack = await RqStack.StartAsync();
        await stack.StartWorkerAsync("a");
        await stack.StartWorkerAsync("b");
        await using var system = await stack.OpenAsync();
        var idle = await LoadAsync(stack.Redis, () => Task.Delay(Measured));
        await stack.SendAsync("sleep", "default", 60);
        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 1);
        await JudgeAsync("RQ, a job runs", stack.Redis, system, idle);
    }

    private async Task JudgeAsync(string what, RedisServer redis, IWorkQueueSystem system, double idle)
    {
        var result = new DrainResult { Queue = "", System = "" };
        var load = await LoadAsync(
            redis,
            async () =>
                result = await new DrainWaiter(TimeProvider.System).WaitAsync(
                    system,
                    "load",
                    new DrainRequest(),
                    Measured,
                    static _ => { },
                    default
                )
        );
        Assert.Equal(DrainVerdict.Busy, result.Verdict);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: {load:0.00} % of a core in {result.Looks} looks, workers alone {idle:0.00} %"
            )
        );
        Assert.True(load - idle < 1, $"{what}: {load} %");
    }

    private static async Task<double> LoadAsync(RedisServer redis, Func<Task> work)
    {
        await using var connection = await redis.ConnectAsync();
        var before = await CpuAsync(connection);
        await work();
        return (await CpuAsync(connection) - before) / Measured.TotalSeconds * 100;
    }

    private static async Task<double> CpuAsync(RedisConnection connection) =>
        (await connection.CallAsync(new("INFO", "cpu"), default))
            .Text!.Split("\r\n")
            .Where(static l =>
                l.StartsWith("used_cpu_sys:", StringComparison.Ordinal) || l.StartsWith("used_cpu_user:", StringComparison.Ordinal)
            )
            .Sum(static l => double.Parse(l.Split(':')[1], CultureInfo.InvariantCulture));
}
