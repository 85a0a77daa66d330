using OpsRestart.Core.Drain;

namespace OpsRestart.Tests.Units.Queues;

public sealed class BacklogTests
{
    private static readonly BacklogLimits InTenSeconds = new() { TimeToClear = TimeSpan.FromSeconds(10) };

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
        var limits = new BacklogLimits { Max = 10, MaxAge = TimeSpan.FromMinutes(1) };

        Assert.Equal((ProbeStatus.Healthy, "10 waiting"), Brief(BacklogRule.Judge(Queue("mail", 10), limits)));
        Assert.Equal((ProbeStatus.Unhealthy, "TooMany"), Brief(BacklogRule.Judge(Queue("mail", 11), limits)));
        Assert.Equal((ProbeStatus.Unhealthy, "TooOld"), Brief(BacklogRule.Judge(Queue("mail", 1) with { OldestAge = TimeSpan.FromMinutes(2) }, limits)));
        Assert.Equal((ProbeStatus.Unhealthy, "NoWorkers"), Brief(BacklogRule.Judge(Queue("mail", 1) with { Consumers = 0 }, limits)));
        Assert.Contains("suspended", BacklogRule.Judge(Queue("mail", 1) with { Consumers = 0, Suspended = SuspensionState.Yes }, limits).Detail, StringComparison.Ordinal);
        Assert.Equal((ProbeStatus.Unhealthy, "TooSlow"), Brief(BacklogRule.Judge(Queue("mail", long.MaxValue), InTenSeconds, double.Epsilon)));
    }

    private static (ProbeStatus, string) Brief((ProbeStatus Status, string Reason, string Detail) verdict) => (verdict.Status, verdict.Reason);

    private static BacklogLook Look(int second, WorkQueue[] queues, QueueWorker[] workers) => new(queues, workers, TimeSpan.FromSeconds(second));

    private static WorkQueue Queue(string name, long ready) => new() { Name = name, System = "celery", Broker = "redis://localhost", Ready = ready, Consumers = 1 };

    private static QueueWorker Worker(string name, long processed, params string[] queues) =>
        new() { Name = name, System = "celery", Broker = "redis://localhost", Pid = 1, Processed = processed, Queues = queues };
}
