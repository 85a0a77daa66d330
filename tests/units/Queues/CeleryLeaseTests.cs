using OpsRestart.Adapters.Queues.Celery;
using OpsRestart.Core.Abstractions;
using OpsRestart.Tests.Units.Fakes;

namespace OpsRestart.Tests.Units.Queues;

[Collection("fake clock")]
public sealed class CeleryLeaseTests
{
    private readonly FakeClock _clock = new();
    private readonly FakeCeleryTransport _broker = new() { Workers = { ["w1@a"] = ["default"], ["w2@b"] = ["default", "slow"] } };
    private readonly Store _store = new();

    [Fact]
    public async Task Takes_the_queues_gives_them_back_and_forgets_its_record()
    {
        await using var lease = await SuspendAsync();
        Assert.All(_broker.Workers.Values, Assert.Empty);
        Assert.Single(_store.Saved);

        await _clock.RunAsync(lease.ResumeAsync(CancellationToken.None));
        Assert.Equal(["default"], _broker.Workers["w1@a"]);
        Assert.Equal(["default", "slow"], _broker.Workers["w2@b"].Order());
        Assert.Empty(_store.Saved);
    }

    [Fact]
    public async Task A_defect_while_it_was_renewed_does_not_keep_the_queues_suspended()
    {
        _broker.WatchFails = new InvalidOperationException("a defect");
        await using var lease = await SuspendAsync();
        await _clock.RunAsync(lease.ResumeAsync(CancellationToken.None));
        Assert.Equal(["default"], _broker.Workers["w1@a"]);
    }

    [Fact]
    public async Task A_worker_that_is_busy_when_the_queues_are_given_back_is_told_all_the_same()
    {
        await using var lease = await SuspendAsync();
        _broker.Silent.Add("w1@a");
        _broker.Sent.Clear();
        var warnings = await _clock.RunAsync(lease.ResumeAsync(CancellationToken.None));

        Assert.Contains("add_consumer default w2@b,w1@a", _broker.Sent);
        Assert.Contains(warnings, static w => w.StartsWith("w1@a: no answer.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_worker_that_does_not_consume_again_is_an_error_and_stays_on_record_until_it_does()
    {
        await using var lease = await SuspendAsync();
        _broker.Stubborn.Add("w1@a");
        var refused = await Assert.ThrowsAsync<CeleryException>(() => _clock.RunAsync(lease.ResumeAsync(CancellationToken.None)));
        Assert.Equal((OpsError.NoReply, "w1@a"), (refused.Error, refused.Target));
        Assert.Equal(["default", "slow"], _broker.Workers["w2@b"].Order());
        Assert.Single(_store.Saved);

        _broker.Stubborn.Clear();
        await _clock.RunAsync(lease.ResumeAsync(CancellationToken.None));
        Assert.Equal(["default"], _broker.Workers["w1@a"]);
        Assert.Empty(_store.Saved);
    }

    [Fact]
    public async Task A_worker_that_is_gone_needs_nothing()
    {
        await using var lease = await SuspendAsync();
        _broker.Workers.Remove("w1@a");
        var warnings = await _clock.RunAsync(lease.ResumeAsync(CancellationToken.None));
        Assert.DoesNotContain(warnings, static w => w.Contains("w1@a", StringComparison.Ordinal));
    }

    private Task<IQueueLease> SuspendAsync()
        => _clock.RunAsync(CelerySuspender.SuspendAsync(_broker, new CelerySettings(), new SuspendRequest(), _store, _clock, CancellationToken.None));

    private sealed class Store : ISuspensionStore
    {
        public Dictionary<string, QueueSuspension> Saved { get; } = new(StringComparer.Ordinal);

        public void Save(QueueSuspension suspension) => Saved[suspension.Id] = suspension;

        public void Remove(string id) => Saved.Remove(id);

        public IReadOnlyList<SuspensionRecord> List() => [];
    }
}
