using OpsRestart.Adapters.Queues;
using OpsRestart.Adapters.Queues.Celery;
using OpsRestart.Adapters.Queues.RabbitMq;
using OpsRestart.Adapters.Queues.Rq;
using OpsRestart.Adapters.RunStore;

namespace OpsRestart.Adapters.Composition;

/// <summary>Which adapters there are.</summary>
internal static class Parts
{
    public static IReadOnlyDictionary<ServiceManagerKind, IManagerConnector> Managers(TimeProvider time) =>
        new Dictionary<ServiceManagerKind, IManagerConnector>
        {
            [ServiceManagerKind.Systemd] = new SystemdConnector(time),
            [ServiceManagerKind.Supervisor] = new SupervisorConnector(time),
            [ServiceManagerKind.Command] = new CommandConnector(time),
        };

    public static BacklogWatch Backlog(TimeProvider time) => new(new BacklogStore(), time);

    public static WorkQueueFactory Queues(TimeProvider time) =>
        new([new CeleryKind(new SuspensionStore(), time), new RqKind(time), new RabbitMqKind(time)]);
}
