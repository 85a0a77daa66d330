using OpsRestart.Tests.System.Amqp;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Queues;
using OpsRestart.Tests.System.Redis;

namespace OpsRestart.Tests.System.Runs;

/// <summary>Real programs as units: <c>celery worker</c> on Redis and on RabbitMQ, <c>rq worker</c>; and their brokers, which keep what they have.</summary>
public sealed class RestartLossTests(ITestOutputHelper output) : RestartLossTest(output)
{
    private const string Broker = "t-broker";

    [Fact]
    public Task Celery_on_Redis_runs_every_task_once_whatever_is_restarted_and_how() => RestartOverAndOverAsync(CeleryOnRedisAsync);

    [Fact]
    public Task Celery_on_RabbitMQ_too() => RestartOverAndOverAsync(CeleryOnRabbitMqAsync);

    [Fact]
    public Task RQ_too() => RestartOverAndOverAsync(RqAsync);

    private static async Task<FedStack> CeleryOnRedisAsync(Random random)
    {
        TestHost.Needs("celery", "celery");
        var redis = Durable();
        var stack = CeleryStack.On(redis, null);
        var load = Load.Draw(random);
        var workers = Workers(random);
        var units = await InstallAsync(
            RedisUnit(redis),
            [.. workers.Select(w => (w, Worker(stack.WorkerCommand(w, load.Pool), stack.WorkerEnvironment)))]
        );
        return new FedStack(
            $"Celery on Redis, {workers.Length} workers, {load}",
            RedisNode(redis),
            stack.Definition() with
            {
                ConsumedBy = workers,
            },
            stack.Ledger,
            stack.Feed(load.Task, load.Seconds, load.Rate),
            w => Task.FromResult(stack.LogOf(w)),
            units,
            stack
        );
    }

    private static async Task<FedStack> CeleryOnRabbitMqAsync(Random random)
    {
        var rabbit = new RabbitServer();
        rabbit.Needed();
        await rabbit.PrepareAsync();
        var load = Load.Draw(random);
        var workers = Workers(random);
        var server = await InstallAsync(rabbit.UnitText, []);
        await rabbit.UntilItAnswersAsync();

        // Without a broker's word for it, what is sent while it goes down is nobody's.
        var stack = await AmqpCeleryStack.StartAsync(rabbit, ("TRANSPORT_OPTIONS", """{"confirm_publish": true}"""));
        var units = await Units.InstallAsync([
            .. workers.Select(w => (w, Worker(stack.WorkerCommand(w, load.Pool), stack.WorkerEnvironment))),
        ]);
        await UpAsync(workers);
        var node = new ServiceNode
        {
            Name = Broker,
            Service = Broker,
            Role = "datastore",
            Ready =
            [
                new ProbeDefinition
                {
                    Kind = "amqp",
                    Target = stack.Broker,
                    Within = TimeSpan.FromSeconds(90),
                    Every = TimeSpan.FromMilliseconds(200),
                },
            ],
        };
        return new FedStack(
            $"Celery on RabbitMQ, {workers.Length} workers, {load}",
            node,
            stack.Definition() with
            {
                ConsumedBy = workers,
            },
            stack.Ledger,
            stack.Feed(load.Task, load.Seconds, load.Rate),
            w => Task.FromResult(stack.LogOf(w)),
            units,
            stack,
            server,
            rabbit
        );
    }

    private static async Task<FedStack> RqAsync(Random random)
    {
        var redis = Durable();
        var stack = RqStack.On(redis);
        var workers = Workers(random);
        var units = await InstallAsync(
            RedisUnit(redis),
            [.. workers.Select(w => (w, Worker(stack.WorkerCommand, stack.WorkerEnvironment)))]
        );

        // Each job is a process of its own: more than this two cores do not get done.
        double rate = random.Next(8, 16);
        return new FedStack(
            FormattableString.Invariant($"RQ, {workers.Length} workers, {rate}/s"),
            RedisNode(redis),
            stack.Definition with
            {
                ConsumedBy = workers,
            },
            stack.Ledger,
            stack.Feed("sleep", 0.01, rate),
            static w => Shell.BashAsync($"journalctl -u {w} -n 30 --no-pager"),
            units,
            stack
        );
    }

    private static string[] Workers(Random random) =>
        [.. Enumerable.Range(0, WorkerCount(random)).Select(static i => FormattableString.Invariant($"t-w{i}"))];

    private static string Worker(string command, string environment) =>
        Units.Service(command, environment, "KillMode=mixed", "TimeoutStopSec=120");

    private static RedisServer Durable() =>
        RedisServer.Prepare("--appendonly", "yes", "--appendfsync", "always", "--supervised", "systemd");

    private static string RedisUnit(RedisServer redis) => Units.Service(redis.Command, "Type=notify");

    private static ServiceNode RedisNode(RedisServer redis) =>
        new()
        {
            Name = Broker,
            Service = Broker,
            Role = "datastore",
            Ready =
            [
                new ProbeDefinition
                {
                    Kind = "redis",
                    Target = redis.Address,
                    Within = TimeSpan.FromSeconds(30),
                    Every = TimeSpan.FromMilliseconds(100),
                },
            ],
        };

    private static async Task<Units> InstallAsync(string broker, (string Name, string Text)[] workers)
    {
        var units = await Units.InstallAsync([(Broker, broker), .. workers]);
        await UpAsync([Broker, .. workers.Select(static w => w.Name)]);
        return units;
    }

    /// <summary>What Celery's workers get to do.</summary>
    private sealed record Load(string Task, double Seconds, double Rate, string[] Pool)
    {
        public static Load Draw(Random random) =>
            new(
                random.Next(2) == 0 ? "quick" : "quicklate",
                random.GetItems([0.001, 0.02, 0.05], 1)[0],
                random.Next(25, 81),
                random.Next(2) == 0 ? ["-c", "1"] : ["-P", "threads", "-c", "2"]
            );

        public override string ToString() => FormattableString.Invariant($"{string.Join(' ', Pool)}, {Task} of {Seconds} s, {Rate}/s");
    }
}
