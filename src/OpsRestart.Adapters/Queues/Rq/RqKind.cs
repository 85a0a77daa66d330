using OpsRestart.Adapters.Redis;
using OpsRestart.Adapters.Settings;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>RQ, which knows no other broker than Redis.</summary>
internal sealed class RqKind(TimeProvider time) : IQueueKind
{
    public string System => RqSystem.Kind;

    public bool Serves(string broker) => RedisEndpoint.Understands(broker);

    public OpsRestartException? CheckBroker(string broker) => RedisEndpoint.WhatIsWrongWith(broker);

    public Func<IWorkQueueSystem> Read(GraphQueue queue, SettingReader settings)
    {
        var read = RqSettings.Read(settings);
        var planned = queue.Suspend ? new SuspendRequest { Queues = queue.Queues } : null;
        return () => new RqSystem(RedisEndpoint.Parse(queue.Broker, Secrets.Resolve), read, time, planned);
    }
}
