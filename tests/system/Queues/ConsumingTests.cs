using System.Globalization;
using OpsRestart.Adapters.Redis;
using OpsRestart.Core.Probes;
using OpsRestart.Tests.System.Amqp;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Probes;
using OpsRestart.Tests.System.Redis;

namespace OpsRestart.Tests.System.Queues;

/// <summary>Real workers that live, answer, and take no tasks: the probe says so, and names which.</summary>
[Collection("rabbitmq")]
public sealed class ConsumingTests(RabbitServer server)
{
    [Fact]
    public async Task A_worker_that_answers_and_never_pops_is_named_and_busy_ones_are_not()
    {
        var redis = await RedisServer.StartAsync();
        var patch = Path.Combine(redis.Directory, "patch");
        Directory.CreateDirectory(patch);

        // What celery#8030 leaves behind: the connection for commands is back, and the one for tasks is not.
        await File.WriteAllTextAsync(
            Path.Combine(patch, "sitecustomize.py"),
            """
            import sys
            if any(a.startswith("deaf@") for a in sys.argv):
                import kombu.transport.redis
                kombu.transport.redis.Channel._brpop_start = lambda self, timeout=None: None
            """,
            TestContext.Current.CancellationToken
        );
        await using var stack = CeleryStack.On(redis, null, ("PYTHONPATH", patch));
        await stack.StartWorkerAsync("good", "-c", "1");
        await HealthyAsync(stack.Address);
        await stack.StartWorkerAsync("deaf", "-c", "1");
        await IsAsync("Unhealthy NotConsuming", stack.Address);
        var result = await CheckAsync(stack.Address);
        Assert.StartsWith($"{CeleryStack.NodeName("deaf")}: there, and takes no tasks", result.Detail, StringComparison.Ordinal);
        Assert.Equal("Healthy", $"{(await CheckAsync(stack.Address, workers: ["good@*"])).Status}");

        // Full to its prefetch it pops nothing either, and that is as it should be.
        for (var i = 0; i < 6; i++)
        {
            await stack.SendAsync("late", [60]);
        }

        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 1);
        await using var system = await stack.OpenAsync();
        await Eventually.IsTrueAsync(async () =>
            (await system.GetWorkersAsync(default)).Single(w => w.Name == CeleryStack.NodeName("good")).IsConsuming == true
        );
        Assert.False((await system.GetWorkersAsync(default)).Single(w => w.Name == CeleryStack.NodeName("deaf")).IsConsuming);
    }

    [Fact]
    public async Task A_suspended_worker_takes_nothing_until_it_is_resumed()
    {
        await using var stack = await CeleryStack.StartAsync();
        await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync();
        await HealthyAsync(stack.Address);
        await using (var lease = await system.SuspendAsync(new Core.Queues.SuspendRequest(), default))
        {
            await IsAsync("Unhealthy NotConsuming", stack.Address);
            await lease.ResumeAsync(default);
        }

        await HealthyAsync(stack.Address);
    }

    [Fact]
    public async Task An_idle_worker_of_RQ_without_its_blocking_pop_is_named()
    {
        await using var stack = await RqStack.StartAsync();
        var broken = await stack.StartWorkerAsync("broken", "default");
        await stack.StartWorkerAsync("good", "default");
        await IsAsync("Healthy OK", stack.Redis.Address, "rq");

        // It stands still, so that it does not come back when its pop is taken from it.
        await CeleryStack.SignalAsync(broken, "STOP");
        var connection = await RedisConnection.ConnectAsync(RedisEndpoint.Parse(stack.Redis.Address), null, default);
        await using (connection)
        {
            var list = await connection.CallAsync(new("CLIENT", "LIST", "TYPE", "NORMAL"), default);
            foreach (var client in RedisClientInfo.ParseList(list.Text!).Where(static c => c.IsBlocked))
            {
                if (Adapters.Queues.ConnectionOwners.Find(client.Address) == broken.Id)
                {
                    await connection.CallAsync(new("CLIENT", "KILL", "ID", client.Id.ToString(CultureInfo.InvariantCulture)), default);
                }
            }
        }

        await IsAsync("Unhealthy NotConsuming", stack.Redis.Address, "rq");
        Assert.StartsWith("broken: there", (await CheckAsync(stack.Redis.Address, "rq")).Detail, StringComparison.Ordinal);
        await CeleryStack.SignalAsync(broken, "CONT");
        await IsAsync("Healthy OK", stack.Redis.Address, "rq");
    }

    [Fact]
    public async Task On_RabbitMQ_consumers_are_counted_without_its_management_API()
    {
        await using var stack = await AmqpCeleryStack.StartAsync(server);
        await stack.StartWorkersAsync(2, "-c", "1");
        await IsAsync("Healthy OK", stack.Broker);
        await stack.CeleryAsync("control", "cancel_consumer", "celery", "-d", AmqpCeleryStack.NodeName("w0"));
        await IsAsync("Unhealthy NotConsuming", stack.Broker);
        Assert.StartsWith(AmqpCeleryStack.NodeName("w0"), (await CheckAsync(stack.Broker)).Detail, StringComparison.Ordinal);
        Assert.Equal("Healthy", $"{(await CheckAsync(stack.Broker, workers: ["w1@*"])).Status}");
    }

    private static Task HealthyAsync(string broker) => IsAsync("Healthy OK", broker);

    private static Task IsAsync(string expected, string broker, string system = "celery") =>
        Eventually.IsTrueAsync(
            async () =>
            {
                var result = await CheckAsync(broker, system);
                return $"{result.Status} {result.Reason}" == expected;
            },
            TimeSpan.FromSeconds(60),
            expected
        );

    private static async Task<ProbeResult> CheckAsync(string broker, string system = "celery", string[]? workers = null)
    {
        var definition = new ProbeDefinition
        {
            Kind = "consuming",
            Target = broker,
            Settings = new Dictionary<string, object?> { ["system"] = system, ["workers"] = workers ?? [] },
        };
        await using var probe = ProbeCheck.Factory.Create(definition, ProbeContext.None);
        return await probe.CheckAsync(default);
    }
}
