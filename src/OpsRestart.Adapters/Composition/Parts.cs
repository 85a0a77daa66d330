using OpsRestart.Adapters.Probes;
using OpsRestart.Adapters.Queues;
using OpsRestart.Adapters.Queues.Celery;
using OpsRestart.Adapters.Queues.RabbitMq;
using OpsRestart.Adapters.Queues.Rq;
using OpsRestart.Adapters.RunStore;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Composition;

/// <summary>Which adapters there are.</summary>
internal static class Parts
{
    public static IReadOnlyDictionary<ServiceManagerKind, IManagerConnector> Managers(TimeProvider time) => new Dictionary<ServiceManagerKind, IManagerConnector>
    {
        [ServiceManagerKind.Systemd] = new SystemdConnector(time),
    };

    public static IProbeFactory Probes(IServiceHost services, IWorkQueueFactory queues, TimeProvider time) => new ProbeFactory(
        services,
        time,
        new CeleryProbeKind(time),
        new RqProbeKind(time),
        new BacklogProbeKind(queues, [.. CelerySettings.Keys.Union(RqSettings.Keys).Union(RabbitMqSettings.Keys)], time));

    public static IWorkQueueFactory Queues(TimeProvider time) => new WorkQueueFactory(
    [
        new CeleryKind(new SuspensionStore(), time),
        new RqOnRedis(time),
        new RabbitMqQueues(time),
    ]);
}
