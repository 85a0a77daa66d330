using OpsRestart.Adapters.Redis;
using OpsRestart.Adapters.Secrets;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>RQ, which knows no other broker than Redis.</summary>
internal sealed class RqOnRedis(TimeProvider time) : IQueueKind
{
    public string System => RqSystem.Kind;

    public IReadOnlyList<string> Settings => RqSettings.Keys;

    public bool Serves(string broker) => RedisEndpoint.Understands(broker);

    public OpsRestartException? CheckBroker(string broker) => RedisEndpoint.WhatIsWrongWith(broker);

    public IWorkQueueSystem Open(GraphQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        var planned = queue.Suspend ? new SuspendRequest { Queues = queue.Queues } : null;
        return new RqSystem(RedisEndpoint.Parse(queue.Broker, SecretResolver.Resolve), RqSettings.From(queue.Settings), time, planned);
    }
}
