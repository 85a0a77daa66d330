using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Celery, over any broker that <see cref="CeleryBrokers"/> knows.</summary>
internal sealed class CeleryKind(ISuspensionStore suspensions, TimeProvider time) : IQueueKind
{
    public string System => CelerySystem.Kind;

    public IReadOnlyList<string> Settings => CelerySettings.Keys;

    public bool Serves(string broker) => CeleryBrokers.Serves(broker);

    public OpsRestartException? CheckBroker(string broker) => CeleryBrokers.WhatIsWrongWith(broker);

    public IWorkQueueSystem Open(GraphQueue queue) =>
        new CelerySystem(CeleryBrokers.Open(queue.Broker), CelerySettings.From(queue.Settings, queue.Queues), suspensions, time);
}
