using OpsRestart.Adapters.Amqp;
using OpsRestart.Adapters.Probes;
using OpsRestart.Adapters.Queues.Celery.OverAmqp;
using OpsRestart.Adapters.Queues.Celery.OverRedis;
using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Reads where a task for Celery's workers goes, and where its result is stored.</summary>
internal static class CeleryTrials
{
    public const string UsualQueue = "celery";

    /// <param name="settings">The settings; each is read, whether or not it is Celery's turn.</param>
    /// <param name="isMeant">False: they are another system's, and nothing is judged.</param>
    /// <param name="time">The clock.</param>
    public static Func<ITaskTrial> Read(ProbeSettings settings, bool isMeant, TimeProvider time)
    {
        var system = new CelerySettings { KeyPrefix = settings.Text("keyPrefix"), ContentType = settings.Text("contentType") };
        var result = settings.Has("result") ? ReadResult(settings) : null;
        if (!isMeant)
        {
            return static () => throw new NotSupportedException();
        }

        if (AmqpEndpoint.Understands(settings.Target))
        {
            var rabbit = settings.ReadAddress("amqp", static text => AmqpEndpoint.Parse(text)) ?? new AmqpEndpoint();
            if (result is null)
            {
                settings.Fail(
                    "result",
                    "is missing: RabbitMQ does not keep results",
                    "Add result: redis://HOST/0, the workers' result_backend.",
                    "MissingValue"
                );
            }

            return () => new AmqpTaskTrial(rabbit, new CeleryTaskResults(result!), system, time);
        }

        var redis = settings.ReadAddress("redis", static text => RedisEndpoint.Parse(text)) ?? new RedisEndpoint();
        return () => new RedisTaskTrial(redis, new CeleryTaskResults(result ?? redis), system, time);
    }

    private static RedisEndpoint? ReadResult(ProbeSettings settings)
    {
        try
        {
            return RedisEndpoint.Parse(settings.Address("result") ?? "");
        }
        catch (OpsRestartException e)
        {
            settings.Fail("result", $"can't be used: {e.Message}", e.Advice);
            return new RedisEndpoint();
        }
    }
}
