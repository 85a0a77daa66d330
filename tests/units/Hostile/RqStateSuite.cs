using System.Globalization;
using System.Text;
using OpsRestart.Adapters.Queues.Rq;
using OpsRestart.Adapters.Redis;
using OpsRestart.Core.Queues;

namespace OpsRestart.Tests.Units.Hostile;

/// <summary>A Redis whose keys of RQ hold other things than RQ puts there: other types, torn hashes, numbers that are none.</summary>
internal sealed class RqStateSuite : IHostileSuite
{
    private static readonly string[] Odd =
    [
        "",
        "null",
        "-1",
        "99999999999999999999",
        "9223372036854775807",
        "-9223372036854775808",
        "1e400",
        "NaN",
        "inf",
        "2026-13-45T99:99:99Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
        "\x1b]0;owned\x07",
        "\0\0",
        "a,b,,c",
        ",",
        ":",
        "rq:worker:",
        "busy",
        "suspended",
        new string('x', 20_000),
        "\ud800",
        "{\"a\":1}",
        "%s%n",
        "../../etc/passwd",
        "(",
        "x(y=",
        "True",
    ];

    public IReadOnlyList<HostileInput> Inputs(Random random) =>
        [
            .. Enumerable
                .Range(0, 120)
                .Select(i => new HostileInput(string.Create(CultureInfo.InvariantCulture, $"state {i}"), random.Next())),
        ];

    public async Task<string> TryAsync(HostileInput input, CancellationToken cancellationToken)
    {
        var random = new Random((int)input.Data!);
        var names = Enumerable
            .Range(0, random.Next(4))
            .Select(i => random.Next(3) == 0 ? Odd[random.Next(Odd.Length)] : $"q{i}")
            .Distinct()
            .ToList();
        await using var server = new FakeRedis((name, arguments) => Reply(random, name, arguments, names));
        var shown = new StringBuilder();
        foreach (var ask in Asks)
        {
            await using var rq = new RqSystem(RedisEndpoint.Parse($"redis://{server.Address}/0"), new RqSettings(), TimeProvider.System);
            try
            {
                shown.Append(await ask(rq, cancellationToken)).Append('\n');
            }
            catch (OpsRestartException e)
            {
                shown.Append(CultureInfo.InvariantCulture, $"{e.Error} {e.Message} {e.Advice}\n");
            }
        }

        return shown.ToString();
    }

    private static readonly IReadOnlyList<Func<RqSystem, CancellationToken, Task<string>>> Asks =
    [
        static async (rq, c) => (await rq.FindRisksAsync(c)).Count.ToString(CultureInfo.InvariantCulture),
        static async (rq, c) => (await rq.GetQueuesAsync([], c)).Sum(static q => q.Consumers).ToString(CultureInfo.InvariantCulture),
        static async (rq, c) => (await rq.GetWorkersAsync(c)).Count.ToString(CultureInfo.InvariantCulture),
        static async (rq, c) =>
            (await rq.GetTasksAsync(new WorkerTaskQuery { States = [.. Enum.GetValues<WorkerTaskState>()] }, c)).Count.ToString(
                CultureInfo.InvariantCulture
            ),
        static async (rq, c) =>
        {
            await using var probe = await rq.OpenDrainAsync(new DrainRequest { Level = DrainLevel.Quiescent }, c);
            return (await DrainWaiter.LookAsync(probe, c)).Verdict.ToString();
        },
        static async (rq, c) => (await rq.StopTaskAsync("id", false, null, c)).Id,
        static async (rq, c) =>
            (
                await rq.ResumeAsync(
                    new QueueSuspension
                    {
                        Id = "x",
                        System = "rq",
                        Broker = rq.Broker,
                    },
                    c
                )
            ).Count.ToString(CultureInfo.InvariantCulture),
    ];

    // One kind of answer most of the time is right for the command, so that what comes after is reached too.
    private static string Reply(Random random, string name, IReadOnlyList<string> arguments, List<string> names)
    {
        lock (random)
        {
            if (random.Next(name == "SMEMBERS" ? 20 : 6) == 0)
            {
                return Any(random, 0);
            }

            return name switch
            {
                "SMEMBERS" => List(
                    names.Select(n => Bulk($"rq:{(arguments[0].Contains("worker", StringComparison.Ordinal) ? "worker" : "queue")}:{n}"))
                ),
                "HMGET" => List(arguments.Skip(1).Select(_ => random.Next(3) == 0 ? "$-1\r\n" : Bulk(Odd[random.Next(Odd.Length)]))),
                "ZRANGE" or "ZREVRANGE" => List(Enumerable.Range(0, random.Next(5)).Select(_ => Bulk(Odd[random.Next(Odd.Length)]))),
                "LRANGE" => List(Enumerable.Range(0, random.Next(5)).Select(_ => Bulk(Odd[random.Next(Odd.Length)]))),
                "LLEN" or "ZCARD" or "EXISTS" or "DEL" or "LREM" or "ZREM" or "PUBLISH" =>
                    $":{(random.Next(3) == 0 ? long.MaxValue : random.Next(3))}\r\n",
                "PUBSUB" => List(arguments.Skip(1).SelectMany(a => new[] { Bulk(a), $":{random.Next(2)}\r\n" })),
                "CLIENT" => Bulk("id=1 addr=a db=0 cmd=blpop flags=b idle=99999999999999999999 name=\x1b\nid=x idle=-5\n\n= =\n"),
                "CONFIG" or "INFO" => Bulk("maxmemory_policy:\x1b[2J\r\nmaxmemory:many\r\n"),
                "GET" or "LINDEX" or "HGET" => Bulk(Odd[random.Next(Odd.Length)]),
                _ => "+OK\r\n",
            };
        }
    }

    private static string Any(Random random, int depth) =>
        random.Next(depth > 3 ? 6 : 8) switch
        {
            0 => "$-1\r\n",
            1 => "*-1\r\n",
            2 => ":-9223372036854775808\r\n",
            3 => "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
            4 => "-\x1b[31m odd\r\n",
            5 => Bulk(Odd[random.Next(Odd.Length)]),
            _ => List(Enumerable.Range(0, random.Next(5)).Select(_ => Any(random, depth + 1)).ToList()),
        };

    private static string Bulk(string text) => $"${Encoding.UTF8.GetByteCount(text)}\r\n{text}\r\n";

    private static string List(IEnumerable<string> items) => items.ToList() is var all ? $"*{all.Count}\r\n{string.Concat(all)}" : "";
}
