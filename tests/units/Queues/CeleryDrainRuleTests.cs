using OpsRestart.Adapters.Queues.Celery;

namespace OpsRestart.Tests.Units.Queues;

/// <summary>The verdict over recorded observations. Each case but the first ones is a look that must not count as drained.</summary>
public sealed class CeleryDrainRuleTests
{
    private static readonly CeleryLook Quiet = new()
    {
        Before = [Stats("w1@h", 10, 5), Stats("w2@h", 20, 7)],
        After = [Stats("w1@h", 10, 5), Stats("w2@h", 20, 7)],
        Broker = new BrokerLook
        {
            Held = [],
            Consumers = [Blocked(), Blocked()],
            Sight = BrokerSight.Full,
        },
    };

    public static TheoryData<string> DrainedLooks => [.. Drained.Keys];

    public static TheoryData<string> BusyLooks => [.. NotDrained.Keys];

    private static readonly Dictionary<string, CeleryLook> Drained = new()
    {
        ["nothing anywhere"] = Quiet,
        ["nothing anywhere, quiescent"] = Quiet with { Level = DrainLevel.Quiescent },
        ["an ETA task that a worker still lists afterwards"] = Quiet with
        {
            Broker = Quiet.Broker with { HeldCount = 1, Held = [Held("i1")] },
            Scheduled = [Task("i1")],
        },
        ["executing: the backlog may wait"] = Quiet with { Level = DrainLevel.Executing, Broker = Quiet.Broker with { Ready = 3 } },
        ["executing: suspended workers never block in BRPOP"] = Quiet with
        {
            Level = DrainLevel.Executing,
            WorkersWithoutQueues = 2,
            Broker = Quiet.Broker with { Ready = 3, Consumers = [Open(2), Open(40)] },
        },
        ["executing: one of two is suspended"] = Quiet with
        {
            Level = DrainLevel.Executing,
            WorkersWithoutQueues = 1,
            Broker = Quiet.Broker with { Consumers = [Blocked(), Open(3)] },
        },
        ["in scope nothing, elsewhere a task runs"] = Quiet with
        {
            Scope = new HashSet<string> { "mine" },
            Active = [Task("i1", "other")],
            Broker = Quiet.Broker with { HeldCount = 1, Held = [Held("i2", "other")] },
        },
    };

    private static readonly Dictionary<string, CeleryLook> NotDrained = new()
    {
        ["a task runs"] = Quiet with { Active = [Task("i1")] },
        ["a list is not empty"] = Quiet with { Broker = Quiet.Broker with { Ready = 1 } },
        ["prefetched, not scheduled"] = Quiet with { Broker = Quiet.Broker with { HeldCount = 1, Held = [Held("i1")] } },
        ["rate-limited beside an ETA task"] = Quiet with
        {
            Broker = Quiet.Broker with { HeldCount = 2, Held = [Held("i1"), Held("i2")] },
            Scheduled = [Task("i1")],
        },
        ["an ETA task, quiescent"] = Quiet with
        {
            Level = DrainLevel.Quiescent,
            Broker = Quiet.Broker with { HeldCount = 1, Held = [Held("i1")] },
            Scheduled = [Task("i1")],
        },
        ["a held message that can't be read"] = Quiet with { Broker = Quiet.Broker with { HeldCount = 1, Held = [Held("")] } },
        ["held messages changed while looking"] = Quiet with { Broker = Quiet.Broker with { HeldChanged = true } },
        ["a task was accepted between the answers"] = Quiet with { After = [Stats("w1@h", 10, 6), Stats("w2@h", 20, 7)] },
        ["a worker was restarted between the answers"] = Quiet with { After = [Stats("w1@h", 11, 5), Stats("w2@h", 20, 7)] },
        ["a worker left between the answers"] = Quiet with { After = [Stats("w1@h", 10, 5)] },
        ["a worker came between the answers"] = Quiet with { Before = [Stats("w1@h", 10, 5)] },
        ["an answer is missing"] = Quiet with { MissingReplies = 1 },
        ["a worker in warm shutdown: a connection more than answers"] = Quiet with
        {
            Broker = Quiet.Broker with { Consumers = [Blocked(), Blocked(), Open(1)] },
        },
        ["a warm shutdown beside a worker that has not connected"] = Quiet with
        {
            Broker = Quiet.Broker with { Consumers = [Blocked(), Open(0)] },
        },
        ["a worker without its task connection"] = Quiet with { Broker = Quiet.Broker with { Consumers = [Blocked()] } },
        ["a message on its way to a worker"] = Quiet with { Broker = Quiet.Broker with { Consumers = [Blocked(), Open(0)] } },
        ["a message that a full worker does not read"] = Quiet with { Broker = Quiet.Broker with { Consumers = [Blocked(), Open(6)] } },
        ["executing: suspended a moment ago"] = Quiet with
        {
            Level = DrainLevel.Executing,
            WorkersWithoutQueues = 2,
            Broker = Quiet.Broker with { Consumers = [Open(1), Open(40)] },
        },
        ["executing: more open connections than suspended workers"] = Quiet with
        {
            Level = DrainLevel.Executing,
            WorkersWithoutQueues = 1,
            Broker = Quiet.Broker with { Consumers = [Open(5), Open(5)] },
        },
        ["executing: something prefetched"] = Quiet with
        {
            Level = DrainLevel.Executing,
            Broker = Quiet.Broker with { HeldCount = 1, Held = [Held("i1")] },
        },
        ["through a named exchange the queue can't be told"] = Quiet with
        {
            Scope = new HashSet<string> { "mine" },
            Active = [Task("i1", "rk") with { Exchange = "topic" }],
        },
        ["without the broker's sight: a task waits in a worker"] = Quiet with
        {
            Broker = new BrokerLook { Sight = BrokerSight.ReadyOnly },
            Reserved = [Task("i1")],
        },
        ["without the broker's sight: a task runs at the second question"] = Quiet with
        {
            Broker = new BrokerLook { Sight = BrokerSight.ReadyOnly },
            ActiveAfter = [Task("i1")],
        },
        ["only a number is known, and it is larger than what is scheduled"] = Quiet with
        {
            Broker = new BrokerLook { HeldCount = 2, Sight = BrokerSight.Full },
            Scheduled = [Task("i1")],
        },
    };

    [Theory]
    [MemberData(nameof(DrainedLooks))]
    public void Drained_is(string look)
    {
        var verdict = CeleryDrainRule.Judge(Drained[look]);
        Assert.True(verdict.Verdict == DrainVerdict.Drained, string.Join("; ", verdict.Evidence));
        Assert.Equal(DrainConfidence.Exact, verdict.Confidence);
    }

    [Theory]
    [MemberData(nameof(BusyLooks))]
    public void Not_drained_is(string look)
    {
        var verdict = CeleryDrainRule.Judge(NotDrained[look]);
        Assert.False(verdict.Verdict == DrainVerdict.Drained, string.Join("; ", verdict.Evidence));
        Assert.NotEmpty(verdict.Evidence);
    }

    [Theory]
    [InlineData(BrokerSight.Full, DrainConfidence.Exact)]
    [InlineData(BrokerSight.NoConsumers, DrainConfidence.Timed)]
    [InlineData(BrokerSight.ReadyOnly, DrainConfidence.Inspect)]
    internal void Less_sight_is_less_confidence(BrokerSight sight, DrainConfidence confidence) =>
        Assert.Equal(
            confidence,
            CeleryDrainRule
                .Judge(
                    Quiet with
                    {
                        Broker = new BrokerLook { Sight = sight, Held = [] },
                    }
                )
                .Confidence
        );

    [Fact]
    public void In_a_part_of_the_queues_a_busy_connection_may_belong_to_another_worker() =>
        Assert.Equal(
            DrainConfidence.Inspect,
            CeleryDrainRule
                .Judge(
                    Quiet with
                    {
                        Scope = new HashSet<string> { "mine" },
                        Broker = Quiet.Broker with { Consumers = [Blocked(), Open(0)] },
                    }
                )
                .Confidence
        );

    private static CeleryStats Stats(string node, int pid, long accepted) =>
        new()
        {
            Node = node,
            Pid = pid,
            Accepted = accepted,
        };

    private static CeleryTaskInfo Task(string id, string queue = "celery") =>
        new()
        {
            Node = "w1@h",
            Id = id,
            Name = "t",
            RoutingKey = queue,
        };

    private static HeldMessage Held(string id, string queue = "celery") =>
        new("tag" + id, new CeleryMessage { Id = id }, id.Length == 0 ? "" : queue, default);

    private static ConsumerConnection Blocked() => new("h:1", true, TimeSpan.Zero);

    private static ConsumerConnection Open(int idle) => new("h:2", false, TimeSpan.FromSeconds(idle));
}
