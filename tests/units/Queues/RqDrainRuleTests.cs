using OpsRestart.Adapters.Queues.Rq;

namespace OpsRestart.Tests.Units.Queues;

/// <summary>The verdict over recorded snapshots.</summary>
public sealed class RqDrainRuleTests
{
    private static readonly RqLook Quiet = new()
    {
        Queues = [new RqQueueState("default", 0, 0, 0, 0, 0, 0), new RqQueueState("bench-1:long", 0, 0, 0, 0, 0, 3)],
        Workers = [Worker("a"), Worker("b", queues: "bench-1:long")],
        Blocked = 2,
    };

    private static readonly Dictionary<string, (RqLook Snapshot, DrainLevel Level, DrainVerdict Verdict)> Looks = new()
    {
        ["nothing anywhere; failed jobs don't count"] = (Quiet, DrainLevel.Quiescent, DrainVerdict.Drained),
        ["suspended workers do not block"] = (
            Quiet with
            {
                Workers = [Worker("a"), Worker("b", "suspended")],
                Blocked = 1,
            },
            DrainLevel.Executing,
            DrainVerdict.Drained
        ),
        ["the backlog may wait at executing"] = (
            Quiet with
            {
                Queues = [Queue(ready: 5)],
                Workers = [Worker("a", "suspended")],
                Blocked = 0,
            },
            DrainLevel.Executing,
            DrainVerdict.Drained
        ),
        ["a registration without a process is nobody"] = (
            Quiet with
            {
                Workers = [Worker("a"), Worker("b", listening: false)],
                Blocked = 1,
            },
            DrainLevel.Drained,
            DrainVerdict.Drained
        ),
        ["a worker that said it died is nobody"] = (
            Quiet with
            {
                Workers = [Worker("a"), Worker("b") with { HasDeath = true }],
                Blocked = 1,
            },
            DrainLevel.Drained,
            DrainVerdict.Drained
        ),
        ["scheduled jobs may wait at drained"] = (
            Quiet with
            {
                Queues = [Queue(scheduled: 2)],
                Blocked = 2,
            },
            DrainLevel.Drained,
            DrainVerdict.Drained
        ),

        ["a job waits"] = (Quiet with { Queues = [Queue(ready: 1)] }, DrainLevel.Drained, DrainVerdict.Busy),
        ["a job is between queue and worker"] = (Quiet with { Queues = [Queue(intermediate: 1)] }, DrainLevel.Executing, DrainVerdict.Busy),
        ["a job is started"] = (Quiet with { Queues = [Queue(started: 1)] }, DrainLevel.Executing, DrainVerdict.Busy),
        ["a worker is busy"] = (
            Quiet with
            {
                Workers = [Worker("a", "busy"), Worker("b")],
                Blocked = 1,
            },
            DrainLevel.Executing,
            DrainVerdict.Busy
        ),
        ["a worker still has its job although idle again"] = (
            Quiet with
            {
                Workers = [Worker("a") with { CurrentJob = "j" }, Worker("b")],
            },
            DrainLevel.Executing,
            DrainVerdict.Busy
        ),
        ["popped a millisecond ago: nothing anywhere, but one does not block"] = (
            Quiet with
            {
                Blocked = 1,
            },
            DrainLevel.Drained,
            DrainVerdict.Busy
        ),
        ["scheduled jobs at quiescent"] = (Quiet with { Queues = [Queue(scheduled: 2)] }, DrainLevel.Quiescent, DrainVerdict.Busy),
        ["deferred jobs at quiescent"] = (Quiet with { Queues = [Queue(deferred: 1)] }, DrainLevel.Quiescent, DrainVerdict.Busy),
        ["nobody"] = (Quiet with { Workers = [], Blocked = 0 }, DrainLevel.Drained, DrainVerdict.NoWorkers),
        ["only dead ones"] = (
            Quiet with
            {
                Workers = [Worker("a", listening: false)],
                Blocked = 0,
            },
            DrainLevel.Drained,
            DrainVerdict.NoWorkers
        ),
        ["its registration has expired and it is connected"] = (
            Quiet with
            {
                Workers = [Worker("a"), Worker("b") with { IsRegistered = false }],
            },
            DrainLevel.Drained,
            DrainVerdict.NoReply
        ),
    };

    public static TheoryData<string> Names => [.. Looks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Verdict_of(string look)
    {
        var (snapshot, level, verdict) = Looks[look];
        var judged = RqDrainRule.Judge(snapshot, snapshot, level, []);
        Assert.True(judged.Verdict == verdict, $"{judged.Verdict}: {string.Join("; ", judged.Evidence)}");
        Assert.Equal(verdict == DrainVerdict.Drained ? DrainConfidence.Exact : DrainConfidence.None, judged.Confidence);
        Assert.NotEmpty(judged.Evidence);
    }

    [Fact]
    public void More_pops_than_workers_and_no_sight_of_pops_are_less_than_exact()
    {
        Assert.Equal(DrainConfidence.Timed, RqDrainRule.Judge(Quiet with { Blocked = 3 }, Quiet, DrainLevel.Drained, []).Confidence);
        Assert.Equal(DrainConfidence.Timed, RqDrainRule.Judge(Quiet with { Blocked = null }, Quiet, DrainLevel.Drained, []).Confidence);
    }

    [Fact]
    public void Less_than_exact_has_to_be_seen_twice_with_no_sign_of_work_in_between()
    {
        Assert.Null(RqDrainRule.Judge(Quiet, Quiet, DrainLevel.Drained, []).Fingerprint);
        var blind = Quiet with { Blocked = null };
        var seen = RqDrainRule.Judge(blind, blind, DrainLevel.Drained, []);
        Assert.Equal((2, TimeSpan.FromMilliseconds(250)), (seen.LooksNeeded, seen.LooksApart));
        Assert.Equal(seen.Fingerprint, RqDrainRule.Judge(blind, blind, DrainLevel.Drained, []).Fingerprint);
        foreach (
            var worker in (RqWorkerState[])[Worker("a") with { Succeeded = 1 }, Worker("a") with { LastHeartbeat = DateTime.UnixEpoch }]
        )
        {
            var later = blind with { Workers = [worker, Quiet.Workers[1]] };
            Assert.NotEqual(seen.Fingerprint, RqDrainRule.Judge(later, later, DrainLevel.Drained, []).Fingerprint);
        }
    }

    [Fact]
    public void A_horse_without_its_worker_is_busy() =>
        Assert.Equal(DrainVerdict.Busy, RqDrainRule.Judge(Quiet, Quiet, DrainLevel.Drained, ["horse 7"]).Verdict);

    [Fact]
    public void One_bench_is_judged_without_the_other_one()
    {
        var all = Quiet with
        {
            Queues = [Queue(ready: 5), new RqQueueState("bench-1:long", 0, 0, 0, 0, 0, 0)],
            Workers = [Worker("a", "busy"), Worker("b", queues: "bench-1:long")],
            Blocked = 1,
        };
        var judged = RqDrainRule.Judge(all, all.Narrow(["bench-1:*"]), DrainLevel.Drained, []);
        Assert.Equal((DrainVerdict.Drained, DrainConfidence.Exact), (judged.Verdict, judged.Confidence));

        // One of the idle ones does not block. Whose it is can't be told.
        judged = RqDrainRule.Judge(all with { Blocked = 0 }, all.Narrow(["bench-1:*"]), DrainLevel.Drained, []);
        Assert.Equal((DrainVerdict.Drained, DrainConfidence.Timed), (judged.Verdict, judged.Confidence));
        Assert.Equal(DrainVerdict.Busy, RqDrainRule.Judge(all, all, DrainLevel.Drained, []).Verdict);
    }

    [Theory]
    [InlineData("job", "job")]
    [InlineData("job:execution", "job")]
    [InlineData("site||a:b", "site||a:b")]
    [InlineData("site||a:b:execution", "site||a:b")]
    [InlineData("unknown:x", "unknown:x")]
    public void Members_of_the_started_registry_name_their_job(string member, string job) =>
        Assert.Equal(job, RqKeys.JobOfStarted(member, static id => id is "job" or "site||a:b"));

    [Theory]
    [InlineData("load.sleep(3)", "load.sleep", "3")]
    [InlineData(
        "frappe.utils.background_jobs.execute_job(event=None, method='erpnext.stock.reorder', site='s')",
        "erpnext.stock.reorder",
        "event=None, method='erpnext.stock.reorder', site='s'"
    )]
    [InlineData(
        "frappe.utils.background_jobs.execute_job(method=<function frappe.desk.run at 0x7f>, site='s')",
        "frappe.desk.run",
        "method=<function frappe.desk.run at 0x7f>, site='s'"
    )]
    [InlineData("", "", "")]
    public void Descriptions_give_the_function(string description, string name, string arguments)
    {
        var job = new RqJob("i", "queued", "default", description, null, null, null);
        Assert.Equal((name, arguments), (job.Name, job.Arguments));
    }

    private static RqQueueState Queue(long ready = 0, long intermediate = 0, long started = 0, long scheduled = 0, long deferred = 0) =>
        new("default", ready, intermediate, started, scheduled, deferred, 0);

    private static RqWorkerState Worker(string name, string state = "idle", string queues = "default", bool listening = true) =>
        new()
        {
            Name = name,
            State = state,
            Queues = [queues],
            IsRegistered = true,
            IsListening = listening,
        };
}
