using OpsRestart.Adapters.GraphFiles;
using OpsRestart.Adapters.Probes;
using OpsRestart.Adapters.Probes.Http;
using OpsRestart.Adapters.Probes.Log;
using OpsRestart.Adapters.Probes.Mqtt;
using OpsRestart.Adapters.Probes.Packages;
using OpsRestart.Adapters.Probes.Postgres;
using OpsRestart.Adapters.Queues;
using OpsRestart.Adapters.Queues.Celery;
using OpsRestart.Adapters.Queues.Rq;

namespace OpsRestart.Adapters.Composition;

/// <summary>
/// Every kind of probe: its name, the schemes that stand for it, and how it is made. A new kind is a class and a
/// row here; graph files, validation and the cmdlets take it from here.
/// </summary>
internal static class ProbeTable
{
    public static IReadOnlyList<ProbeKind> Kinds(IServiceHost services, WorkQueueFactory queues, TimeProvider time)
    {
        var backlog = Parts.Backlog(time);
        return
        [
            new("redis", ["redis", "rediss", "redis+socket"], (s, c) => new RedisProbe(s, c, time)),
            new("postgres", ["postgres", "postgresql"], (s, c) => new PostgresProbe(s, c, time)),
            new("amqp", ["amqp", "amqps", "pyamqp", "pyamqps"], (s, c) => new AmqpProbe(s, c, time)),
            new("mqtt", ["mqtt", "mqtts"], (s, c) => new MqttProbe(s, c, time)),
            new("memcached", ["memcached"], (s, c) => new MemcachedProbe(s, c, time)),
            new("http", ["http", "https"], (s, c) => new HttpProbe(s, c, time)),
            new("ws", ["ws", "wss"], (s, c) => new WebSocketProbe(s, c, time)),
            new("tcp", ["tcp"], (s, c) => new TcpProbe(s, c, time)),
            new("celery", [], (s, c) => new CeleryProbe(s, c, time)),
            new("rq", [], (s, c) => new RqProbe(s, c, time)),
            new("task", [], (s, c) => Trial(s, c, time)),
            new("consuming", [], (s, c) => new ConsumingProbe(s, queues, c, time)),
            new("backlog", [], (s, c) => new BacklogProbe(s, queues, backlog, c, time)),
            new("log", [], (s, c) => new LogProbe(s, services, c, time)),
            new("sql", [], (s, c) => new SqlProbe(s, c, time)),
            new("metric", [], (s, c) => new MetricProbe(s, c, time)),
            new("disk", [], (s, c) => new DiskProbe(s, c, time)),
            new("path", [], (s, c) => new PathProbe(s, c, time)),
            new("keys", [], (s, c) => new KeysProbe(s, c, time)),
            new("persistence", [], (s, c) => new PersistenceProbe(s, c, time)),
            new("backup", [], (s, c) => new BackupProbe(s, c, time)),
            new("processes", [], (s, c) => new ProcessesProbe(s, services, c, time)),
            new("memory", [], (s, c) => new MemoryProbe(s, services, c, time)),
            new("oom", [], (s, c) => new OomProbe(s, services, c, time)),
            new("replication", [], (s, c) => new ReplicationProbe(s, c, time)),
            new("roundtrip", [], (s, c) => new RoundTripProbe(s, c, time)),
            new("dns", [], (s, c) => new NameProbe(s, c, time)),
            new("updates", [], (s, c) => new UpdateProbe(s, c, time)),
            new("hold", [], (s, c) => new HoldProbe(s, c, time)),
            new("exec", [], (s, c) => new ExecProbe(s, c, time)),
            // No graph file names it: health checks add it for every node.
            new(ProbeDefinition.ServiceKind, [], (s, c) => new ServiceProbe(s, services, c, time)),
        ];
    }

    private static TaskProbe Trial(ProbeSettings settings, ProbeContext context, TimeProvider time)
    {
        // Read whatever the system is, so that each is a setting of this kind.
        var (system, serializer) = (settings.Text("system") ?? CelerySystem.Kind, settings.Choice<RqSerializer>("serializer") ?? default);
        var celery = CeleryTrials.Read(settings, system == CelerySystem.Kind, time);
        if (system == CelerySystem.Kind)
        {
            return new TaskProbe(settings, CeleryTrials.UsualQueue, celery, context, time);
        }

        if (system != RqSystem.Kind)
        {
            settings.Fail("system", $"is no system whose tasks can be queued: '{system}'", "Use celery or rq.");
        }

        return new TaskProbe(settings, RqTaskTrial.UsualQueue, RqTaskTrial.Read(settings, serializer, time), context, time);
    }

    public static ProbeNames Names(IReadOnlyList<ProbeKind> kinds) =>
        new(
            [.. kinds.Select(static k => k.Name).Where(static n => n != ProbeDefinition.ServiceKind)],
            kinds
                .SelectMany(static k => k.Schemes.Select(scheme => (scheme, k.Name)))
                .ToDictionary(static s => s.scheme, static s => s.Name, StringComparer.OrdinalIgnoreCase)
        );
}
