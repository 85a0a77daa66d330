using OpsRestart.Adapters.Settings;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Celery, over any broker that <see cref="CeleryBrokers"/> knows.</summary>
internal sealed class CeleryKind(ISuspensionStore suspensions, TimeProvider time) : IQueueKind
{
    public string System => CelerySystem.Kind;

    public bool Serves(string broker) => CeleryBrokers.Serves(broker);

    public OpsRestartException? CheckBroker(string broker) => CeleryBrokers.WhatIsWrongWith(broker);

    public Func<IWorkQueueSystem> Read(GraphQueue queue, SettingReader settings)
    {
        var read = CelerySettings.Read(settings) with { QueueHints = queue.Queues };
        return () => new CelerySystem(CeleryBrokers.Open(queue.Broker, time), read, suspensions, time);
    }
}
