using OpsRestart.Adapters.Queues.Celery;
using OpsRestart.Adapters.RunStore;
using OpsRestart.Core.Queues;

namespace OpsRestart.Tests.System.Queues;

public sealed class CeleryPrefixTests
{
    [Fact]
    public async Task The_key_prefix_of_a_Celery_is_found_out_and_between_two_nothing_is_guessed()
    {
        await using var stack = await CeleryStack.StartAsync(("TRANSPORT_OPTIONS", "{\"global_keyprefix\": \"shop:\"}"));
        await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync();
        Assert.Equal(CeleryStack.NodeName("a"), Assert.Single(await system.GetWorkersAsync(default)).Name);
        Assert.Equal(("celery", 1), (await system.GetQueuesAsync(["celery"], default)).Select(static q => (q.Name, q.Consumers)).Single());

        var lease = await system.SuspendAsync(new SuspendRequest(), default);
        await stack.SendAsync("sleep", [0.01]);
        Assert.Equal(1, Assert.Single(await system.GetQueuesAsync(["celery"], default)).Ready);
        await lease.DisposeAsync();
        var record = Assert.Single(new SuspensionStore().List(), r => r.Suspension.Id == lease.Suspension.Id).Suspension;
        Assert.Equal("shop:", record.Settings["keyPrefix"]);

        await using var redis = await stack.Redis.ConnectAsync();
        await redis.CallAsync(new("SADD", "other:_kombu.binding.celery", "celery\u0006\u0016\u0006\u0016celery"), default);
        await using var guessing = await stack.OpenAsync();
        var refused = await Assert.ThrowsAsync<CeleryException>(() => guessing.GetQueuesAsync([], default));
        Assert.Contains("'other:' and 'shop:'", refused.Message, StringComparison.Ordinal);

        // The record of the suspension knows which; and so does whoever says it.
        await guessing.ResumeAsync(record, default);
        await using var named = await stack.OpenAsync(("keyPrefix", "shop:"));
        Assert.Equal(QueueWorkerState.Idle, await WaitUntilDoneAsync(named, stack));
    }

    private static async Task<QueueWorkerState> WaitUntilDoneAsync(IWorkQueueSystem system, CeleryStack stack)
    {
        await Harness.Eventually.IsTrueAsync(() => stack.Ledger.Ended == 1);
        Assert.True((await AmqpCeleryStack.DrainAsync(system)).IsDrained);
        return Assert.Single(await system.GetWorkersAsync(default)).State;
    }
}
