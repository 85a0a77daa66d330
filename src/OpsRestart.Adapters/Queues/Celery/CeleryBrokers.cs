using OpsRestart.Adapters.Redis;
using OpsRestart.Adapters.Secrets;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Which brokers Celery is reached over, by the scheme of the address.</summary>
internal static class CeleryBrokers
{
    public static bool Serves(string broker) => RedisEndpoint.Understands(broker);

    /// <summary>Null when nothing is; no secret is read.</summary>
    public static OpsRestartException? WhatIsWrongWith(string broker) => RedisEndpoint.WhatIsWrongWith(broker);

    /// <summary>Reads the address with its secrets, once, and makes transports from it.</summary>
    /// <exception cref="OpsRestartException">InvalidArgument, InvalidGraph.</exception>
    public static Func<CelerySettings, ICeleryTransport> Open(string broker)
    {
        var endpoint = RedisEndpoint.Parse(broker, SecretResolver.Resolve);
        return settings => new RedisTransport(endpoint, settings);
    }
}
