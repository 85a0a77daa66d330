using OpsRestart.Core.Probes;
using OpsRestart.Core.Queues;

namespace OpsRestart.Tests.Units.Queues;

public sealed class BacklogTests
{
    private static readonly BacklogLimits InTenSeconds = new() { TimeToClear = new Limits(Max: 10) };

    [Fact]
    public void Each_queue_is_judged_by_what_its_own_workers_finish()
    {
        var before = Look(0, [Queue("fast", 100), Queue("slow", 100)], [Worker("a", 1000, "fast"), Worker("b", 50, "slow")]);
        var now = Look(5, [Queue("fast", 100), Queue("slow", 100)], [Worker("a", 1200, "fast"), Worker("b", 51, "slow")]);

        Assert.Equal(40, now.RateSince(before, "fast"));
        Assert.Equal(0.2, now.RateSince(before, "slow"));
        Assert.Equal(ProbeStatus.Healthy, BacklogRule.Judge(now.Queues[0], InTenSeconds, now.RateSince(before, "fast")).Status);
        Assert.Equal("TooSlow", BacklogRule.Judge(now.Queues[1], InTenSeconds, now.RateSince(before, "slow")).Reason);
    }

    [Fact]
    public void Where_workers_serve_several_queues_the_rate_is_by_how_much_one_became_shorter()
    {
        var before = Look(0, [Queue("mail", 50), Queue("other", 50)], [Worker("a", 1000, "mail", "other")]);
        var now = Look(5, [Queue("mail", 30), Queue("other", 60)], [Worker("a", 1400, "mail", "other")]);

        Assert.Equal(4, now.RateSince(before, "mail"));
        Assert.Equal(0, now.RateSince(before, "other"));
        Assert.Equal("Stalled", BacklogRule.Judge(now.Queues[1], InTenSeconds, 0).Reason);
    }

    [Fact]
    public void A_worker_that_came_or_was_restarted_meanwhile_does_not_count_as_fast()
    {
        var before = Look(0, [Queue("mail", 50)], [Worker("a", 5000, "mail")]);
        var restarted = Worker("a", 3, "mail") with { Pid = 2 };
        var now = Look(5, [Queue("mail", 45)], [restarted]);

        Assert.Equal(1, now.RateSince(before, "mail"));
    }

    [Fact]
    public void What_is_not_counted_is_unknown_and_never_empty()
    {
        var down = Queue("mail", 0) with { IsCounted = false };
        var looks = (Before: Look(0, [down], []), Now: Look(5, [down], []));

        Assert.Equal((ProbeStatus.Unknown, "NotCounted"), Brief(BacklogRule.Judge(down, new BacklogLimits())));
        Assert.Null(looks.Now.RateSince(looks.Before, "mail"));
        Assert.Equal((ProbeStatus.Unknown, "NoRate"), Brief(BacklogRule.Judge(Queue("mail", 5), InTenSeconds)));
    }

    [Fact]
    public void Limits_are_judged_one_after_the_other()
    {
        var limits = new BacklogLimits { Count = new Limits(Max: 10), MaxAge = TimeSpan.FromMinutes(1) };

        Assert.Equal((ProbeStatus.Healthy, "OK"), Brief(BacklogRule.Judge(Queue("mail", 10), limits)));
        Assert.Equal((ProbeStatus.Unhealthy, "TooMany"), Brief(BacklogRule.Judge(Queue("mail", 11), limits)));
        Assert.Equal(
            (ProbeStatus.Unhealthy, "TooOld"),
            Brief(BacklogRule.Judge(Queue("mail", 1) with { OldestAge = TimeSpan.FromMinutes(2) }, limits))
        );
        Assert.Equal((ProbeStatus.Unhealthy, "NoWorkers"), Brief(BacklogRule.Judge(Queue("mail", 1) with { Consumers = 0 }, limits)));
        Assert.Contains(
            "suspended",
            BacklogRule.Judge(Queue("mail", 1) with { Consumers = 0, Suspended = SuspensionState.Yes }, limits).Detail,
            StringComparison.Ordinal
        );
        Assert.Equal(
            (ProbeStatus.Unhealthy, "TooSlow"),
            Brief(BacklogRule.Judge(Queue("mail", long.MaxValue), InTenSeconds, double.Epsilon))
        );
    }

    [Fact]
    public void There_is_a_warning_before_it_is_critical_by_count_and_by_time()
    {
        var counts = new BacklogLimits { Count = new Limits(Max: 50, WarnMax: 10) };
        var times = new BacklogLimits { TimeToClear = new Limits(Max: 60, WarnMax: 30) };

        Assert.Equal((ProbeStatus.Healthy, "OK"), Brief(BacklogRule.Judge(Queue("mail", 10), counts)));
        Assert.Equal((ProbeStatus.Degraded, "TooMany"), Brief(BacklogRule.Judge(Queue("mail", 11), counts)));
        Assert.Equal((ProbeStatus.Unhealthy, "TooMany"), Brief(BacklogRule.Judge(Queue("mail", 51), counts)));
        Assert.Equal((ProbeStatus.Healthy, "OK"), Brief(BacklogRule.Judge(Queue("mail", 30), times, 1)));
        Assert.Equal((ProbeStatus.Degraded, "TooSlow"), Brief(BacklogRule.Judge(Queue("mail", 31), times, 1)));
        Assert.Equal((ProbeStatus.Unhealthy, "TooSlow"), Brief(BacklogRule.Judge(Queue("mail", 61), times, 1)));
        var measures = BacklogRule.Judge(Queue("mail", 31), times, 1).Measures;
        Assert.Equal(("mail clear", 31, "s", "30", "60"), Brief(measures.Single(static m => m.Unit == "s")));
    }

    /// <summary>Zulip's queues without statistics: more than 10 and more than 50 messages.</summary>
    [Fact]
    public void Where_no_rate_can_be_had_the_count_is_what_is_left()
    {
        var limits = InTenSeconds with { CountWithoutRate = new Limits(Max: 50, WarnMax: 10) };

        Assert.Equal((ProbeStatus.Healthy, "OK"), Brief(BacklogRule.Judge(Queue("mail", 10), limits)));
        Assert.Equal((ProbeStatus.Degraded, "TooMany"), Brief(BacklogRule.Judge(Queue("mail", 11), limits)));
        Assert.Equal((ProbeStatus.Unhealthy, "TooMany"), Brief(BacklogRule.Judge(Queue("mail", 51), limits)));
    }

    [Fact]
    public void Too_few_consumers_are_told_also_of_an_empty_queue()
    {
        var limits = new BacklogLimits { MinConsumers = 2 };

        Assert.Equal((ProbeStatus.Unhealthy, "TooFewConsumers"), Brief(BacklogRule.Judge(Queue("mail", 0), limits)));
        Assert.Equal((ProbeStatus.Healthy, "OK"), Brief(BacklogRule.Judge(Queue("mail", 0) with { Consumers = 2 }, limits)));
    }

    [Theory]
    [InlineData(11, 180, "Stuck")]
    [InlineData(11, 179, "OK")]
    [InlineData(10, 3600, "OK")]
    public void Nothing_done_for_three_minutes_with_more_than_ten_waiting_is_stuck(long ready, int seconds, string reason) =>
        Assert.Equal(reason, BacklogRule.Judge(Queue("mail", ready), new BacklogLimits(), standsFor: TimeSpan.FromSeconds(seconds)).Reason);

    /// <summary>Earlier and now: what waits, what is held, what was done in all; and for how long nothing was done then.</summary>
    [Theory]
    [InlineData(20, 5, 100L, 30, 5, 100L, 60)]
    [InlineData(20, 5, 100L, 30, 5, 101L, 0)]
    [InlineData(20, 5, 100L, 19, 5, 100L, 0)]
    [InlineData(20, 5, null, 20, 5, null, 60)]
    [InlineData(20, 5, null, 20, 4, null, 0)]
    [InlineData(20, 5, null, 30, 5, null, 0)]
    [InlineData(20, 5, null, 0, 5, null, 0)]
    public void That_something_was_done_is_counted_or_seen(
        long before,
        long held,
        long? done,
        long now,
        long heldNow,
        long? doneNow,
        int seconds
    )
    {
        var start = new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
        var first = BacklogProgress.Next(null, Queue("mail", before) with { Unacked = held }, done, start);
        var second = BacklogProgress.Next(first, Queue("mail", now) with { Unacked = heldNow }, doneNow, start.AddSeconds(60));

        Assert.Equal(start, first.LastDone);
        Assert.Equal(TimeSpan.FromSeconds(seconds), second.At - second.LastDone);
    }

    [Fact]
    public void A_rate_that_the_broker_measures_counts_before_a_queue_that_grows()
    {
        var before = Look(0, [Queue("mail", 50)], []);
        var now = Look(5, [Queue("mail", 90) with { Rate = 2, Done = 10 }], []);

        Assert.Equal(2, now.RateSince(before, "mail"));
        Assert.Equal(10, now.Done(now.Queues[0]));
    }

    private static (string, double, string, string?, string?) Brief(ProbeMeasure measure) =>
        (measure.Name, measure.Value, measure.Unit, measure.Warn, measure.Crit);

    private static (ProbeStatus, string) Brief(BacklogVerdict verdict) => (verdict.Status, verdict.Reason);

    private static BacklogLook Look(int second, WorkQueue[] queues, QueueWorker[] workers) =>
        new(queues, workers, TimeSpan.FromSeconds(second));

    private static WorkQueue Queue(string name, long ready) =>
        new()
        {
            Name = name,
            System = "celery",
            Broker = "redis://localhost",
            Ready = ready,
            Consumers = 1,
        };

    private static QueueWorker Worker(string name, long processed, params string[] queues) =>
        new()
        {
            Name = name,
            System = "celery",
            Broker = "redis://localhost",
            Pid = 1,
            Processed = processed,
            Queues = queues,
        };
}
