using OpsRestart.Adapters.Queues.Rq;

namespace OpsRestart.Tests.Units.Queues;

public sealed class RqProcessTests
{
    private const string Spawned =
        "/usr/bin/python3\0-c\0\nimport os\nfrom rq import Worker, Queue\nos.setpgrp()\nworker.main_work_horse(job, queue)\n\0";
    private const string Worker = "/usr/bin/python3\0/usr/bin/rq\0worker\0default\0";
    private const string Pool = "/usr/bin/python3\0/usr/bin/rq\0worker-pool\0-n\02\0default\0";
    private const string Bench = "/home/frappe/env/bin/python\0-m\0frappe.utils.bench_helper\0frappe\0worker\0--queue\0short\0";

    [Theory]
    [InlineData("RQ 1.x: leads a session", 1, 70, 70, Worker)]
    [InlineData("RQ 2.x: leads a group only", 1, 70, 54, Worker)]
    [InlineData("RQ 2.x below supervisord, which is not the first process", 1, 70, 40, Bench)]
    [InlineData("RQ 2.x in a container whose first process is supervisord", 1, 70, 1, Bench)]
    [InlineData("of a pool", 1, 70, 54, Pool)]
    [InlineData("of SpawnWorker", 1, 70, 54, Spawned)]
    [InlineData("with a title", 1, 70, 54, "rq:worker:a: Processing load.sleep from default since 1795222150\0")]
    public void A_horse_without_its_worker_is_a_stray(string what, int parent, int group, int session, string command) =>
        Assert.True(Parse(parent, group, session, command).LooksLikeStray(null), what);

    [Theory]
    [InlineData("a worker below supervisord or a shell", 40, 70, 40, Worker)]
    [InlineData("a worker of a pool, or a worker's scheduler", 1, 54, 54, Pool)]
    [InlineData("another program", 1, 70, 70, "/usr/bin/python3\0/usr/bin/celery\0worker\0")]
    public void Others_are_none(string what, int parent, int group, int session, string command) =>
        Assert.False(Parse(parent, group, session, command).LooksLikeStray(null), what);

    [Fact]
    public void A_horse_below_its_worker_is_none()
    {
        var worker = RqProcess.Parse(54, "54 (rq) S 1 54 54 0", Worker);
        Assert.False(Parse(54, 70, 54, Spawned).LooksLikeStray(worker));
    }

    [Fact]
    public void A_zombie_is_no_process_and_a_name_may_hold_anything()
    {
        Assert.Null(RqProcess.Parse(70, "70 (rq) Z 1 70 70 0", Worker));
        Assert.Equal(
            (9, 70, 54),
            RqProcess.Parse(70, "70 (a) R (b) S 9 70 54 0", Worker) is { } p ? (p.Entry.Parent, p.Entry.Group, p.Entry.Session) : default
        );
    }

    private static RqProcess Parse(int parent, int group, int session, string command) =>
        RqProcess.Parse(70, FormattableString.Invariant($"70 (python3) S {parent} {group} {session} 0 -1"), command)!;
}
