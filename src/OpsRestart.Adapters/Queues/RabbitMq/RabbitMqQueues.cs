using OpsRestart.Adapters.Amqp;
using OpsRestart.Adapters.Secrets;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Queues.RabbitMq;

/// <summary>RabbitMQ queues whose consumers are not known.</summary>
internal sealed class RabbitMqQueues(TimeProvider time) : IQueueKind
{
    public string System => RabbitMqQueueSystem.Kind;

    public IReadOnlyList<string> Settings => RabbitMqSettings.Keys;

    public bool CanSuspend => false;

    public bool Serves(string broker) => AmqpEndpoint.Understands(broker);

    public OpsRestartException? CheckBroker(string broker) => AmqpEndpoint.WhatIsWrongWith(broker);

    public IWorkQueueSystem Open(GraphQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return new RabbitMqQueueSystem(AmqpEndpoint.Parse(queue.Broker, SecretResolver.Resolve), RabbitMqSettings.From(queue.Settings), time, new DrainRequest { Level = queue.Suspend ? DrainLevel.Executing : queue.Drain, Queues = queue.Queues });
    }
}
