using OpsRestart.Adapters.Redis;
using OpsRestart.Adapters.Secrets;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Celery with a Redis broker.</summary>
internal sealed class CeleryOnRedis(ISuspensionStore suspensions, TimeProvider time) : IQueueKind
{
    public string System => CelerySystem.Kind;

    public IReadOnlyList<string> Settings => CelerySettings.Keys;

    public bool Serves(string broker) => RedisEndpoint.Understands(broker);

    public OpsRestartException? CheckBroker(string broker) => RedisEndpoint.WhatIsWrongWith(broker);

    public IWorkQueueSystem Open(GraphQueue queue)
    {
        var settings = CelerySettings.From(queue.Settings, queue.Queues);
        var endpoint = RedisEndpoint.Parse(queue.Broker, SecretResolver.Resolve);
        return new CelerySystem(() => new RedisTransport(endpoint, settings), settings, suspensions, time);
    }
}
