using OpsRestart.Tests.System.Queues;
using OpsRestart.Tests.System.Redis;

namespace OpsRestart.Tests.System.Probes;

/// <summary>Tasks of our own through real workers, and back.</summary>
public sealed class TaskProbeTests
{
    private const string Application = """
        import os
        from celery import Celery
        app = Celery("trial", broker=os.environ["BROKER"], backend=os.environ["RESULT"])

        @app.task(name="trial.ping")
        def ping(*words):
            if words == ("fail",):
                raise ValueError("as it was told")
        """;

    [Fact]
    public async Task Celery_finishes_a_task_or_it_is_taken_back()
    {
        Harness.TestHost.Needs("celery", "celery");
        await using var redis = await RedisServer.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(redis.Directory, "trial.py"), Application);
        ProbeCheck.Is(ProbeStatus.Unhealthy, "NotTaken", await Run(redis, TimeSpan.FromSeconds(1), ("name", "trial.ping")));
        await using (var connection = await redis.ConnectAsync())
        {
            Assert.Equal(0, (await connection.CallAsync(new("DBSIZE"), default)).Integer);
        }

        await using var units = await Harness.Units.InstallAsync(
            (
                "probe-celery-trial",
                Harness.Units.Service(
                    "/usr/bin/celery -A trial worker --pool solo --concurrency 1 -n trial@%%h",
                    $"WorkingDirectory={redis.Directory}",
                    $"Environment=BROKER={redis.Address} RESULT={redis.Address} C_FORCE_ROOT=1 PYTHONDONTWRITEBYTECODE=1"
                )
            )
        );
        await Harness.Systemctl.RunAsync("start", "probe-celery-trial");
        var done = await Run(redis, TimeSpan.FromMinutes(2), ("name", "trial.ping"), ("arguments", new List<object?> { "a", "b" }));
        ProbeCheck.Is(ProbeStatus.Healthy, "OK", done);
        Assert.Equal("celery task", Assert.Single(done.Measures).Name);
        var failed = await Run(redis, TimeSpan.FromMinutes(2), ("name", "trial.ping"), ("arguments", "fail"));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "TaskFailed", failed);
        Assert.Contains("as it was told", failed.Detail, StringComparison.Ordinal);
        ProbeCheck.Is(
            ProbeStatus.Degraded,
            "Slow",
            await Run(redis, TimeSpan.FromMinutes(2), ("name", "trial.ping"), ("warn", "0.000001"))
        );
        await using var after = await redis.ConnectAsync();
        Assert.Empty((await after.CallAsync(new("KEYS", "celery-task-meta-*"), default)).Items);
    }

    [Fact]
    public async Task Celery_over_RabbitMQ_finishes_a_task_whose_result_is_in_Redis()
    {
        const string Broker = "amqp://guest:guest@127.0.0.1:5672//";
        Harness.TestHost.Needs("celery", "celery");
        Harness.TestHost.Needs("rabbitmq-server", "rabbitmq-server");
        await Harness.Shell.BashAsync("systemctl start rabbitmq-server", TimeSpan.FromSeconds(90));
        await using var redis = await RedisServer.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(redis.Directory, "trial.py"), Application);
        await using var units = await Harness.Units.InstallAsync(
            (
                "probe-celery-rabbit",
                Harness.Units.Service(
                    "/usr/bin/celery -A trial worker --pool solo --concurrency 1 -Q trial -n trial-rabbit@%%h",
                    $"WorkingDirectory={redis.Directory}",
                    $"Environment=BROKER={Broker} RESULT={redis.Address} C_FORCE_ROOT=1 PYTHONDONTWRITEBYTECODE=1"
                )
            )
        );
        (string, object?)[] settings = [("name", "trial.ping"), ("queues", "trial"), ("result", redis.Address)];
        ProbeCheck.Is(ProbeStatus.Unhealthy, "QueueNotFound", await ProbeCheck.RunAsync("task", Broker, settings));
        await Harness.Systemctl.RunAsync("start", "probe-celery-rabbit");
        try
        {
            await Harness.Eventually.IsTrueAsync(
                async () => (await ProbeCheck.RunAsync("task", Broker, settings)).Status == ProbeStatus.Healthy,
                TimeSpan.FromSeconds(60)
            );
        }
        finally
        {
            await Harness.Systemctl.RunAsync("stop", "probe-celery-rabbit");
            await Harness.Shell.BashAsync("rabbitmqctl delete_queue trial", TimeSpan.FromSeconds(60));
        }
    }

    [Fact]
    public async Task RQ_finishes_a_task_or_it_is_taken_back()
    {
        await using var stack = await RqStack.StartAsync();
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "NotTaken",
            await Run(stack.Redis, TimeSpan.FromSeconds(1), ("system", "rq"), ("name", "time.time"))
        );
        await using (var connection = await stack.Redis.ConnectAsync())
        {
            Assert.Equal(0, (await connection.CallAsync(new("DBSIZE"), default)).Integer);
        }

        await stack.StartWorkerAsync("trial");
        ProbeCheck.Is(
            ProbeStatus.Healthy,
            "OK",
            await Run(stack.Redis, TimeSpan.FromMinutes(2), ("system", "rq"), ("name", "os.path.basename"), ("arguments", "/a/b"))
        );
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "TaskFailed",
            await Run(stack.Redis, TimeSpan.FromMinutes(2), ("system", "rq"), ("name", "no.such.thing"))
        );
        await using var after = await stack.Redis.ConnectAsync();
        Assert.Empty((await after.CallAsync(new("KEYS", "rq:job:*"), default)).Items);
    }

    private static async Task<ProbeResult> Run(RedisServer redis, TimeSpan timeout, params (string, object?)[] settings)
    {
        await using var session = new Adapters.Composition.OpsSession();
        return (await session.CheckAsync([ProbeCheck.Define("task", redis.Address, settings) with { Timeout = timeout }], default))[0];
    }
}
