using OpsRestart.Adapters.Queues.Celery;

namespace OpsRestart.Tests.Units.Queues;

/// <summary>The rule where the broker counts what workers hold and does not show it, as RabbitMQ does.</summary>
public sealed class CeleryCountedRuleTests
{
    private static readonly CeleryTaskInfo Eta = new()
    {
        Node = "w1@h",
        Id = "eta",
        RoutingKey = "celery",
    };
    private static readonly ConsumerConnection Worker = new("w1", true, TimeSpan.Zero);
    private static readonly CeleryLook Quiet = new()
    {
        Before = [Stats],
        After = [Stats],
        Broker = new BrokerLook
        {
            Consumers = [Worker],
            Sight = BrokerSight.Full,
            HeldOf = new HashSet<string> { "celery" },
        },
    };

    private static CeleryStats Stats =>
        new()
        {
            Node = "w1@h",
            Pid = 10,
            Accepted = 5,
        };

    [Fact]
    public void Nothing_anywhere_is_exact_with_full_sight_and_inspect_without()
    {
        Assert.Equal(DrainConfidence.Exact, CeleryDrainRule.Judge(Quiet).Confidence);
        Assert.Equal(
            DrainConfidence.Inspect,
            CeleryDrainRule.Judge(Quiet with { Broker = Quiet.Broker with { Sight = BrokerSight.ReadyOnly } }).Confidence
        );
    }

    [Fact]
    public void A_held_task_is_explained_only_by_one_that_was_scheduled_before_and_after()
    {
        var held = Quiet with { Broker = Quiet.Broker with { HeldCount = 1 } };
        Assert.False(CeleryDrainRule.Judge(held).Verdict == DrainVerdict.Drained);
        Assert.False(CeleryDrainRule.Judge(held with { Scheduled = [Eta] }).Verdict == DrainVerdict.Drained);
        Assert.False(CeleryDrainRule.Judge(held with { ScheduledBefore = [Eta] }).Verdict == DrainVerdict.Drained);
        Assert.False(
            CeleryDrainRule.Judge(held with { ScheduledBefore = [Eta], Scheduled = [Eta with { Id = "other" }] }).Verdict
                == DrainVerdict.Drained
        );
        Assert.True(CeleryDrainRule.Judge(held with { ScheduledBefore = [Eta], Scheduled = [Eta] }).Verdict == DrainVerdict.Drained);
        Assert.False(
            CeleryDrainRule
                .Judge(held with { ScheduledBefore = [Eta], Scheduled = [Eta], Broker = held.Broker with { HeldCount = 2 } })
                .Verdict == DrainVerdict.Drained
        );
    }

    [Fact]
    public void Of_a_part_of_the_queues_a_scheduled_task_has_to_name_one_that_is_counted()
    {
        var part = Quiet with
        {
            Scope = new HashSet<string> { "celery" },
            Broker = Quiet.Broker with { HeldCount = 1 },
        };
        Assert.True(CeleryDrainRule.Judge(part with { ScheduledBefore = [Eta], Scheduled = [Eta] }).Verdict == DrainVerdict.Drained);
        var elsewhere = Eta with { RoutingKey = "other" };
        Assert.False(
            CeleryDrainRule.Judge(part with { ScheduledBefore = [elsewhere], Scheduled = [elsewhere] }).Verdict == DrainVerdict.Drained
        );
        var routed = Eta with { Exchange = "topic" };
        Assert.False(CeleryDrainRule.Judge(part with { ScheduledBefore = [routed], Scheduled = [routed] }).Verdict == DrainVerdict.Drained);
    }

    [Fact]
    public void Quiescent_waits_for_every_scheduled_task_also_where_nothing_is_counted()
    {
        var blind = Quiet with
        {
            Level = DrainLevel.Quiescent,
            Scheduled = [Eta],
            Broker = new BrokerLook { Sight = BrokerSight.ReadyOnly },
        };
        Assert.False(CeleryDrainRule.Judge(blind).Verdict == DrainVerdict.Drained);
        Assert.True(CeleryDrainRule.Judge(blind with { Level = DrainLevel.Drained }).Verdict == DrainVerdict.Drained);
        Assert.False(
            CeleryDrainRule
                .Judge(
                    Quiet with
                    {
                        Level = DrainLevel.Quiescent,
                        ScheduledBefore = [Eta],
                        Scheduled = [Eta],
                        Broker = Quiet.Broker with { HeldCount = 1 },
                    }
                )
                .Verdict == DrainVerdict.Drained
        );
    }

    [Fact]
    public void A_connection_more_than_answers_is_a_worker_that_shuts_down() =>
        Assert.False(
            CeleryDrainRule
                .Judge(Quiet with { Broker = Quiet.Broker with { Consumers = [Worker, Worker with { Address = "w2" }] } })
                .Verdict == DrainVerdict.Drained
        );

    [Fact]
    public void A_look_that_is_blind_says_why()
    {
        var verdict = CeleryDrainRule.Judge(Quiet with { Broker = Quiet.Broker with { Blind = "queue 'x' does not exist" } });
        Assert.False(verdict.Verdict == DrainVerdict.Drained);
        Assert.Contains("queue 'x' does not exist", verdict.Evidence);
    }
}
