using System.Globalization;
using OpsRestart.Adapters.Queues;
using OpsRestart.Adapters.Queues.Celery;

namespace OpsRestart.Tests.Units.Queues;

public sealed class ConsumingProbeTests
{
    private static readonly Dictionary<string, int?> Owners = new()
    {
        ["10.0.0.1:1"] = 1,
        ["10.0.0.1:2"] = 22,
        ["10.0.0.9:1"] = null,
        ["10.0.0.9:2"] = null,
    };

    [Theory]
    [InlineData(2, "10.0.0.1:1 10.0.0.1:2", "True True")] // both of this machine, the second by a copy that its child has
    [InlineData(2, "10.0.0.1:1", "True False")]
    [InlineData(4, "10.0.0.1:1", "True False False False")]
    [InlineData(4, "10.0.0.1:1 10.0.0.1:2 10.0.0.9:1 10.0.0.9:2", "True True True True")]
    [InlineData(4, "10.0.0.1:1 10.0.0.1:2 10.0.0.9:1", "True True null null")]
    [InlineData(4, "10.0.0.9:1 10.0.0.9:2", "null null null null")]
    [InlineData(4, "", "False False False False")]
    public void A_waiting_connection_is_its_process_or_else_counted(int count, string addresses, string expected)
    {
        QueueWorker[] all = [Worker("a") with { Pid = 1 }, Worker("b") with { Pid = 2, ChildPids = [21, 22] }, Worker("c"), Worker("d")];
        var from = addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var waits = WaitingWorkers.Judge(all[..count], from, static a => Owners[a]);
        Assert.Equal(expected, string.Join(' ', waits.Select(static w => w?.ToString() ?? "null")));
    }

    [Theory]
    [InlineData(0, 0, null, null, null)] // it should wait, and nothing shows whether it does
    [InlineData(4, 0, 4, 4, true)]
    [InlineData(1, 3, 4, 4, true)]
    [InlineData(2, 0, 2, 8, true)] // all its processes are busy
    [InlineData(1, 0, 2, 8, null)]
    public async Task One_that_holds_all_it_may_is_not_asked_whether_it_waits(
        int active,
        int reserved,
        int? concurrency,
        int? prefetch,
        bool? consumes
    )
    {
        var worker = Worker("a") with { Active = active, Reserved = reserved, Concurrency = concurrency, Prefetch = prefetch };
        await using var transport = new BlindTransport(null);
        var judged = await CeleryConsumption.JudgeAsync([worker], transport, TestContext.Current.CancellationToken);
        Assert.Equal(consumes, judged[0].IsConsuming);
    }

    [Theory]
    [InlineData("q=2", true, true)]
    [InlineData("q=1", null, null)]
    [InlineData("q=0", false, false)]
    [InlineData("q=3", true, true)]
    public async Task Consumers_of_a_queue_are_counted_where_connections_are_not_shown(string counts, bool? first, bool? second)
    {
        var counted = counts
            .Split(' ')
            .Select(static c => c.Split('='))
            .ToDictionary(static c => c[0], static c => int.Parse(c[1], CultureInfo.InvariantCulture));
        await using var transport = new BlindTransport(counted);
        var judged = await CeleryConsumption.JudgeAsync(
            [Worker("a"), Worker("b"), Worker("c") with { Queues = [] }],
            transport,
            TestContext.Current.CancellationToken
        );
        Assert.Equal([first, second, false], judged.Select(static w => w.IsConsuming));
    }

    [Fact]
    public void The_verdict_names_who_takes_nothing()
    {
        QueueWorker[] all =
        [
            Worker("good") with
            {
                IsConsuming = true,
            },
            Worker("deaf") with
            {
                IsConsuming = false,
            },
            Worker("leaving") with
            {
                State = QueueWorkerState.ShuttingDown,
                IsConsuming = false,
            },
        ];
        Assert.Equal("Unhealthy NotConsuming", Judge(all));
        Assert.Contains("deaf: there, and takes no tasks", ConsumingProbe.Judge(all, [], [], 1).Detail, StringComparison.Ordinal);
        Assert.Equal("Healthy OK", Judge(all, ["good"]));
        Assert.Equal("Unhealthy Missing", Judge(all, ["good", "other"]));
        Assert.Equal("Unhealthy TooFew", Judge(all[..1], minimum: 2));
        Assert.Equal("Unhealthy Unserved", Judge(all[..1], queues: ["q", "other"]));
        Assert.Equal("Unknown NotSeen", Judge([all[0], Worker("unsure")]));
        Assert.Equal("Unhealthy NoWorkers", Judge([all[2]]));
        Assert.Equal("Degraded NoReply", Judge([all[0], Worker("(no answer)") with { State = QueueWorkerState.Unresponsive }]));
    }

    private static string Judge(
        IReadOnlyList<QueueWorker> all,
        IReadOnlyList<string>? workers = null,
        IReadOnlyList<string>? queues = null,
        int minimum = 1
    )
    {
        var verdict = ConsumingProbe.Judge(all, workers ?? [], queues ?? [], minimum);
        return $"{verdict.Status} {verdict.Reason}";
    }

    private static QueueWorker Worker(string name) =>
        new()
        {
            Name = name,
            System = "celery",
            Broker = "redis://",
            State = QueueWorkerState.Idle,
            Queues = ["q"],
        };
}
