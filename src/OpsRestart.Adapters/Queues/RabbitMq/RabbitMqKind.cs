using OpsRestart.Adapters.Amqp;
using OpsRestart.Adapters.Settings;

namespace OpsRestart.Adapters.Queues.RabbitMq;

/// <summary>RabbitMQ queues whose consumers are not known.</summary>
internal sealed class RabbitMqKind(TimeProvider time) : IQueueKind
{
    public string System => RabbitMqSystem.Kind;

    public bool CanSuspend => false;

    public bool Serves(string broker) => AmqpEndpoint.Understands(broker);

    public OpsRestartException? CheckBroker(string broker) => AmqpEndpoint.WhatIsWrongWith(broker);

    public Func<IWorkQueueSystem> Read(GraphQueue queue, SettingReader settings)
    {
        var read = RabbitMqSettings.Read(settings);
        var planned = new DrainRequest { Level = queue.Suspend ? DrainLevel.Executing : queue.Drain, Queues = queue.Queues };
        return () => new RabbitMqSystem(AmqpEndpoint.Parse(queue.Broker, Secrets.Resolve), read, time, planned);
    }
}
