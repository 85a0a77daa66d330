using OpsRestart.Adapters.Queues.RabbitMq;
using OpsRestart.Core.Queues;

namespace OpsRestart.Tests.Units.Queues;

public sealed class RabbitMqDrainRuleTests
{
    private static readonly RabbitMqQueueState Empty = new()
    {
        Name = "q",
        Type = "classic",
        Ready = 0,
        Unacked = 0,
        Consumers = 1,
    };
    private static readonly RabbitMqQueueState Quorum = Empty with { Name = "r", Type = "quorum" };

    [Fact]
    public void Classic_queues_are_drained_when_three_looks_50_ms_apart_find_nothing()
    {
        var rule = Rule();
        Assert.Equal(DrainVerdict.Busy, rule.Add(Ms(0), [Empty]).Verdict);
        Assert.Equal(DrainVerdict.Busy, rule.Add(Ms(20), [Empty]).Verdict);
        Assert.Equal(DrainVerdict.Busy, rule.Add(Ms(60), [Empty]).Verdict);
        Assert.Equal(DrainVerdict.Busy, rule.Add(Ms(100), [Empty]).Verdict);
        Assert.Equal(DrainVerdict.Drained, rule.Add(Ms(110), [Empty]).Verdict);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public void Anything_ready_or_unacknowledged_starts_the_count_again(int ready, int unacked)
    {
        var rule = Rule();
        rule.Add(Ms(0), [Empty]);
        rule.Add(Ms(60), [Empty]);
        var busy = rule.Add(Ms(120), [Empty with { Ready = ready, Unacked = unacked }]);
        Assert.Equal((DrainVerdict.Busy, (long)ready, (long)unacked), (busy.Verdict, busy.Waiting, busy.Held));
        Assert.Equal(DrainVerdict.Busy, rule.Add(Ms(180), [Empty]).Verdict);
        Assert.Equal(DrainVerdict.Busy, rule.Add(Ms(240), [Empty]).Verdict);
        Assert.Equal(DrainVerdict.Drained, rule.Add(Ms(300), [Empty]).Verdict);
    }

    [Fact]
    public void A_broker_that_was_away_starts_the_count_again()
    {
        var rule = Rule();
        rule.Add(Ms(0), [Empty]);
        rule.Add(Ms(60), [Empty]);
        rule.BrokerWasAway(Ms(100));
        Assert.Equal(DrainVerdict.Busy, rule.Add(Ms(5000), [Empty]).Verdict);
    }

    [Fact]
    public void Quorum_queues_have_to_be_empty_for_more_than_two_ticks()
    {
        var rule = Rule();
        for (var at = 0; at <= 10_250; at += 250)
        {
            Assert.Equal(DrainVerdict.Busy, rule.Add(Ms(at), [Empty, Quorum]).Verdict);
        }

        var drained = rule.Add(Ms(10_500), [Empty, Quorum]);
        Assert.Equal(DrainVerdict.Drained, drained.Verdict);
        Assert.Contains(drained.Evidence, static l => l.Contains("quorum", StringComparison.Ordinal));
    }

    [Fact]
    public void Waiting_messages_that_nobody_consumes_are_no_workers()
    {
        Assert.Equal(DrainVerdict.NoWorkers, Rule().Add(Ms(0), [Empty with { Ready = 3, Consumers = 0 }]).Verdict);
        Assert.Equal(DrainVerdict.Busy, Rule().Add(Ms(0), [Empty with { Ready = 3, Consumers = 0 }, Quorum with { Unacked = 1 }]).Verdict);

        // A consumer in its shutdown no longer consumes, and still works.
        Assert.Equal(DrainVerdict.Busy, Rule().Add(Ms(0), [Empty with { Ready = 3, Unacked = 1, Consumers = 0 }]).Verdict);
    }

    [Fact]
    public void An_empty_queue_without_consumers_is_drained()
    {
        Assert.Equal(DrainVerdict.Drained, Looks(Rule(), 3, Empty with { Consumers = 0 }).Verdict);
    }

    [Fact]
    public void A_virtual_host_without_work_queues_is_not_drained() => Assert.Equal(DrainVerdict.NoWorkers, Rule().Add(Ms(0), []).Verdict);

    [Fact]
    public void A_queue_that_vanishes_or_tells_nothing_is_never_drained()
    {
        var rule = Rule();
        Looks(rule, 2, Empty);
        var gone = rule.Add(Ms(500), [Empty with { Exists = false }]);
        Assert.Equal(DrainVerdict.Busy, gone.Verdict);
        Assert.Contains("gone", gone.Evidence[0], StringComparison.Ordinal);
        Assert.Equal(DrainVerdict.Busy, Looks(Rule(), 10, Empty with { Ready = null, Unacked = null }).Verdict);
    }

    [Fact]
    public void What_can_not_be_seen_is_never_drained()
    {
        Assert.Equal(DrainVerdict.Busy, Looks(Rule(), 100, Empty with { Type = null, Unacked = null }).Verdict);
        Assert.Equal(DrainVerdict.Busy, Looks(Rule(), 100, Empty with { Silent = 1 }).Verdict);
    }

    [Fact]
    public void Executing_looks_away_from_what_waits_for_nobody()
    {
        var waiting = Empty with { Ready = 5, Consumers = 0 };
        Assert.Equal(DrainVerdict.Drained, Looks(Rule(DrainLevel.Executing), 3, waiting).Verdict);
        Assert.Equal(DrainVerdict.Busy, Looks(Rule(DrainLevel.Executing), 3, waiting with { Consumers = 1 }).Verdict);
        Assert.Equal(DrainVerdict.Busy, Looks(Rule(DrainLevel.Executing), 3, waiting with { Unacked = 1 }).Verdict);
    }

    private static DrainObservation Looks(Drain drain, int count, RabbitMqQueueState state)
    {
        var seen = drain.Add(Ms(0), [state]);
        for (var i = 1; i < count; i++)
        {
            seen = drain.Add(Ms(i * 60), [state]);
        }

        return seen;
    }

    private static Drain Rule(DrainLevel level = DrainLevel.Drained) => new(level);

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    /// <summary>The rule, and what the loop makes of several looks.</summary>
    private sealed class Drain(DrainLevel level)
    {
        private readonly EqualLooks _looks = new();

        public DrainObservation Add(TimeSpan at, IReadOnlyList<RabbitMqQueueState> queues) =>
            _looks.Add(RabbitMqDrainRule.Judge(queues, level, TimeSpan.FromSeconds(5)), at, at);

        public void BrokerWasAway(TimeSpan at) => _looks.Add(new DrainObservation { Verdict = DrainVerdict.Unreachable }, at, at);
    }
}
