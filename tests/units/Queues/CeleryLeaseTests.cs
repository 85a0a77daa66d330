using OpsRestart.Adapters.Queues.Celery;
using OpsRestart.Core.Queues;
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

        Assert.Contains("add_consumer default w1@a,w2@b", _broker.Sent);
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

    [Fact]
    public async Task Where_pops_outlast_a_cancel_one_worker_is_dealt_with_after_the_other()
    {
        _broker.Pop = TimeSpan.Zero;
        await using var lease = await SuspendAsync();
        var told = _broker.Sent.Select(static s => s.Split(' ')[^1]).ToList();
        Assert.Equal(["w1@a", "pops", "pops", "w2@b", "w2@b", "pops", "pops"], told);
    }

    [Fact]
    public async Task Where_there_is_no_such_pop_all_are_told_at_once()
    {
        await using var lease = await SuspendAsync();
        Assert.Contains("cancel_consumer default w1@a,w2@b", _broker.Sent);
    }

    [Fact]
    public async Task Where_a_pop_cannot_be_ended_it_is_waited_for_before_the_next_worker()
    {
        _broker.Pop = TimeSpan.FromSeconds(1.1);
        var began = _clock.GetTimestamp();
        await using var lease = await SuspendAsync();
        Assert.True(_clock.GetElapsedTime(began) >= TimeSpan.FromSeconds(2.2));
        Assert.All(_broker.Workers.Values, Assert.Empty);
    }

    [Fact]
    public async Task A_task_that_was_put_back_and_taken_again_has_begun_before_the_suspension_counts()
    {
        _broker.Pop = TimeSpan.Zero;
        _broker.Reserved.Add("again");
        var asked = 0;
        _broker.OnReserved = () => _ = ++asked == 3 && _broker.Reserved.Remove("again");
        await using var lease = await SuspendAsync();
        Assert.Equal(3, asked);
        var warnings = await _clock.RunAsync(lease.ResumeAsync(CancellationToken.None));
        Assert.DoesNotContain(warnings, static w => w.Contains("put back", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_has_not_begun_in_time_is_told()
    {
        _broker.Pop = TimeSpan.Zero;
        _broker.Reserved.Add("t9");
        await using var lease = await SuspendAsync();
        var warnings = await _clock.RunAsync(lease.ResumeAsync(CancellationToken.None));
        Assert.Single(warnings, static w => w.StartsWith("t9 at redis://localhost:6379/0: put back", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_worker_that_falls_silent_when_it_is_told_does_not_keep_the_others_from_being_suspended()
    {
        _broker.Pop = TimeSpan.Zero;
        _broker.FallsSilent.Add("w1@a");
        await using var lease = await SuspendAsync();
        Assert.Empty(_broker.Workers["w2@b"]);
        Assert.Contains("w1@a", lease.Suspension.Workers.Keys);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_is_cut_off_keeps_what_it_has_only_where_that_was_asked_for(bool keepPart)
    {
        using var limit = new CancellationTokenSource();
        _broker.Pop = TimeSpan.Zero;
        _broker.OnReserved = () =>
        {
            limit.Cancel();
            limit.Token.ThrowIfCancellationRequested();
        };
        var suspending = _clock.RunAsync(
            CelerySuspender.SuspendAsync(_broker, new SuspendRequest { KeepPart = keepPart }, _store, _clock, limit.Token)
        );
        if (keepPart)
        {
            await using var lease = await suspending;
            Assert.All(_broker.Workers.Values, Assert.Empty);
            Assert.Single(_store.Saved);
            await _clock.RunAsync(lease.ResumeAsync(CancellationToken.None));
        }
        else
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => suspending);
        }

        Assert.Equal(["default", "slow"], _broker.Workers["w2@b"].Order());
        Assert.Empty(_store.Saved);
    }

    [Fact]
    public async Task A_restarted_worker_keeps_what_it_started_with()
    {
        _broker.Processes["w1@a"] = 100;
        await using var lease = await SuspendAsync();
        await lease.AdmitAsync(CancellationToken.None);
        _broker.Processes["w1@a"] = 101;
        _broker.Workers["w1@a"] = ["renamed"];
        _broker.Sent.Clear();
        await _clock.RunAsync(lease.ResumeAsync(CancellationToken.None));
        Assert.Equal(["renamed"], _broker.Workers["w1@a"]);
        Assert.Equal(["default", "slow"], _broker.Workers["w2@b"].Order());
    }

    private Task<IQueueLease> SuspendAsync() =>
        _clock.RunAsync(CelerySuspender.SuspendAsync(_broker, new SuspendRequest(), _store, _clock, CancellationToken.None));

    private sealed class Store : ISuspensionStore
    {
        public Dictionary<string, QueueSuspension> Saved { get; } = new(StringComparer.Ordinal);

        public void Save(QueueSuspension suspension) => Saved[suspension.Id] = suspension;

        public void Remove(string id) => Saved.Remove(id);

        public IReadOnlyList<SuspensionRecord> List() => [];
    }
}
