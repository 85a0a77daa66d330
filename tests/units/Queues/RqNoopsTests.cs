using OpsRestart.Adapters.Queues.Rq;
using OpsRestart.Adapters.Redis;

namespace OpsRestart.Tests.Units.Queues;

public sealed class RqNoopsTests
{
    private static readonly RqWorkerState Idle = new()
    {
        Name = "a",
        State = "idle",
        IsRegistered = true,
        IsListening = true,
    };

    [Fact]
    public async Task A_worker_is_awake_until_it_is_suspended_or_at_a_job_of_its_own()
    {
        await using var store = new RqStore(RedisEndpoint.Parse("redis://localhost"));
        var noops = new RqNoops(store, new RqSettings(), TimeProvider.System);
        Assert.True(noops.IsAwake(Idle));
        Assert.False(noops.IsAwake(Idle with { State = "suspended" }));
        Assert.False(noops.IsAwake(Idle with { State = "busy", CurrentJob = "a real one" }));

        // For a moment RQ says busy and not yet with what: it may be what was sent to wake it.
        Assert.True(noops.IsAwake(Idle with { State = "busy" }));
    }
}
