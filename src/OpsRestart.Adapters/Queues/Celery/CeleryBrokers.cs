using OpsRestart.Adapters.Amqp;
using OpsRestart.Adapters.Queues.Celery.OverAmqp;
using OpsRestart.Adapters.Queues.Celery.OverRedis;
using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Which brokers Celery is reached over, by the scheme of the address.</summary>
internal static class CeleryBrokers
{
    public static bool Serves(string broker) => RedisEndpoint.Understands(broker) || AmqpEndpoint.Understands(broker);

    /// <summary>Null when nothing is; no secret is read.</summary>
    public static OpsRestartException? WhatIsWrongWith(string broker) =>
        AmqpEndpoint.Understands(broker) ? AmqpEndpoint.WhatIsWrongWith(broker) : RedisEndpoint.WhatIsWrongWith(broker);

    /// <summary>Reads the address with its secrets, once, and makes transports from it.</summary>
    /// <exception cref="OpsRestartException">InvalidArgument, InvalidGraph.</exception>
    public static Func<CelerySettings, ICeleryTransport> Open(string broker, TimeProvider time)
    {
        // The whole address may be a secret; only what is in it tells the scheme.
        var isReference = Secrets.IsReference(broker);
        var address = isReference ? Secrets.Resolve(broker) : broker;
        Func<string, string>? resolve = isReference ? null : Secrets.Resolve;
        if (AmqpEndpoint.Understands(address))
        {
            var rabbit = AmqpEndpoint.Parse(address, resolve);
            return settings => new AmqpTransport(rabbit, settings, time);
        }

        var redis = RedisEndpoint.Parse(address, resolve);
        return settings => new RedisTransport(redis, settings, time);
    }
}
