using System.Diagnostics;
using OpsRestart.Core.Queues;
using OpsRestart.Tests.System.Amqp;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Queues;

[Collection("rabbitmq")]
public sealed class RabbitMqCeleryTests(RabbitServer server, ITestOutputHelper output)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Workers_tasks_and_queues_are_listed_much_faster_than_by_celery_itself(bool management)
    {
        await using var stack = await AmqpCeleryStack.StartAsync(server);
        await stack.StartWorkerAsync("a", "-c", "2");
        var id = await stack.SendAsync("late", [60]);
        await using var system = await stack.OpenAsync(management);
        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 1);
        var task = Assert.Single(await system.GetTasksAsync(new WorkerTaskQuery { States = [WorkerTaskState.Active] }, default));
        Assert.Equal((id, "load.late", "celery", WorkerTaskState.Active), (task.Id, task.Name, task.Queue, task.State));
        var worker = Assert.Single(await system.GetWorkersAsync(default));
        Assert.Equal(
            (AmqpCeleryStack.NodeName("a"), QueueWorkerState.Busy, 1, 2),
            (worker.Name, worker.State, worker.Active, worker.Concurrency)
        );
        var queue = (await system.GetQueuesAsync(["celery"], default))[0];
        Assert.Equal(
            (0L, management ? 1L : 0L, 1, management ? "live" : "live; unacknowledged not visible"),
            (queue.Ready, queue.Unacked, queue.Consumers, queue.Freshness)
        );

        Assert.Equal(management ? [] : ["NoManagementApi"], (await system.FindRisksAsync(default)).Select(static f => f.Code));
        var ours = await MedianAsync(20, () => system.GetWorkersAsync(default));
        var theirs = await MedianAsync(3, () => stack.CeleryAsync("inspect", "active"));
        output.WriteLine(
            FormattableString.Invariant(
                $"management {management}: GetWorkers (5 commands) {ours:0.0} ms, celery inspect active (1 command) {theirs:0} ms"
            )
        );
        Assert.True(ours * 20 < theirs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Suspended_queues_are_taken_from_later_workers_too_and_given_back(bool management)
    {
        await using var stack = await AmqpCeleryStack.StartAsync(server);
        await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync(management);
        await using var lease = await system.SuspendAsync(new SuspendRequest(), default);
        await stack.SendAsync("sleep", [0.1]);
        await stack.StartWorkerAsync("b", "-c", "1");
        await Eventually.IsTrueAsync(async () =>
            (await system.GetWorkersAsync(default)).Count(static w => w.State == QueueWorkerState.Suspended) == 2
        );
        var begun = stack.Ledger.Begun;
        await stack.SendAsync("sleep", [0.1]);
        var held = await AmqpCeleryStack.DrainAsync(system, DrainLevel.Executing, seconds: 20);
        Assert.True(held.IsDrained, string.Join("; ", held.Evidence));
        Assert.Equal(begun, stack.Ledger.Begun);
        await lease.ResumeAsync(default);
        var result = await AmqpCeleryStack.DrainAsync(system);
        Assert.Equal((DrainVerdict.Drained, 2), (result.Verdict, stack.Ledger.Ended));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nobody_silent_and_unreachable_are_three_different_answers(bool management)
    {
        await using var stack = await AmqpCeleryStack.StartAsync(server);
        await using var system = await stack.OpenAsync(management);
        Assert.Equal(DrainVerdict.NoWorkers, await LookAsync(system));
        var worker = await stack.StartWorkerAsync("a", "-c", "1");
        Assert.Equal(DrainVerdict.Drained, (await AmqpCeleryStack.DrainAsync(system)).Verdict);

        await AmqpCeleryStack.SignalAsync(worker, "STOP");
        Assert.Equal(DrainVerdict.NoReply, (await AmqpCeleryStack.DrainAsync(system, seconds: 6)).Verdict);
        await AmqpCeleryStack.SignalAsync(worker, "CONT");
        Assert.Equal(DrainVerdict.Drained, (await AmqpCeleryStack.DrainAsync(system)).Verdict);

        await AmqpCeleryStack.SignalAsync(worker, "TERM");
        await worker.WaitForExitAsync();
        Assert.Equal(DrainVerdict.NoWorkers, (await AmqpCeleryStack.DrainAsync(system, seconds: 20)).Verdict);

        var before = await stack.OpenAsync(management);
        await using (before)
        {
            await server.StopAsync();
            try
            {
                Assert.Equal(DrainVerdict.Unreachable, await LookAsync(before));
            }
            finally
            {
                await server.StartAsync();
            }
        }
    }

    [Fact]
    public async Task Workers_that_accept_only_Nautobots_content_type_are_asked_in_it()
    {
        await using var stack = await AmqpCeleryStack.StartAsync(server, ("CONTENT", "nautobot"));
        await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync();
        await stack.SendAsync("sleep", [0.3]);
        Assert.Equal((DrainVerdict.Drained, 1), ((await AmqpCeleryStack.DrainAsync(system)).Verdict, stack.Ledger.Ended));
    }

    private static async Task<DrainVerdict> LookAsync(IWorkQueueSystem system)
    {
        await using var probe = await system.OpenDrainAsync(new DrainRequest(), default);
        return (await DrainWaiter.LookAsync(probe, default)).Verdict;
    }

    private static async Task<double> MedianAsync(int times, Func<Task> run)
    {
        var taken = new List<double>();
        for (var i = 0; i < times; i++)
        {
            var clock = Stopwatch.StartNew();
            await run();
            taken.Add(clock.Elapsed.TotalMilliseconds);
        }

        taken.Sort();
        return taken[times / 2];
    }
}
