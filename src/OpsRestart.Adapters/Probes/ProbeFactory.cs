using OpsRestart.Core.Abstractions;
using OpsRestart.Core.Text;

namespace OpsRestart.Adapters.Probes;

/// <summary>All kinds of probes under their names. The schemes of URIs are names too (rediss, postgresql, https, wss).</summary>
internal sealed class ProbeFactory : IProbeFactory
{
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["rediss"] = "redis",
        ["redis+socket"] = "redis",
        ["postgresql"] = "postgres",
        ["https"] = "http",
        ["wss"] = "ws",
        ["amqps"] = "amqp",
        ["mqtts"] = "mqtt",
    };

    private readonly Dictionary<string, IProbeKind> kinds = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="services">Where log probes find the journal.</param>
    /// <param name="time">The clock.</param>
    /// <param name="more">Kinds of other rooms (celery, rq); one of the same name replaces the built-in one.</param>
    public ProbeFactory(IServiceHost services, TimeProvider time, params IEnumerable<IProbeKind> more)
    {
        IEnumerable<IProbeKind> own =
        [
            new Amqp.AmqpProbeKind(time),
            new Disk.DiskProbeKind(time),
            new Exec.ExecProbeKind(time),
            new Http.HttpProbeKind(time),
            new Log.LogProbeKind(services, time),
            new Memcached.MemcachedProbeKind(time),
            new Memory.MemoryProbeKind(services, time),
            new Metric.MetricProbeKind(time),
            new Mqtt.MqttProbeKind(time),
            new Postgres.PostgresProbeKind(time),
            new Redis.RedisProbeKind(time),
            new Service.ServiceProbeKind(services, time),
            new Sql.SqlProbeKind(time),
            new Tcp.TcpProbeKind(time),
            new WebSocket.WebSocketProbeKind(time),
        ];
        foreach (var kind in own.Concat(more))
        {
            kinds[kind.Kind] = kind;
        }
    }

    /// <summary>The names of the kinds that graphs can name, in order.</summary>
    public IReadOnlyList<string> Kinds => [.. kinds.Keys.Where(static k => k != ProbeDefinition.ServiceKind).Order(StringComparer.Ordinal)];

    public IReadOnlyList<GraphFinding> Validate(ProbeDefinition definition) =>
        Find(definition.Kind) is { } kind ? kind.Validate(definition) : [Unknown(definition)];

    public IProbe Create(ProbeDefinition definition, ProbeContext context)
    {
        if (Find(definition.Kind) is { } kind)
        {
            return kind.Create(definition, context);
        }

        var unknown = Unknown(definition);
        throw new OpsRestartException(OpsError.InvalidGraph, unknown.Message, definition.ToString(), unknown.Advice);
    }

    private IProbeKind? Find(string name) => kinds.GetValueOrDefault(Aliases.GetValueOrDefault(name, name));

    private GraphFinding Unknown(ProbeDefinition definition)
    {
        var nearest = NearestName.Of(definition.Kind, Kinds);
        return new GraphFinding
        {
            Code = "UnknownProbe",
            Message = $"There is no probe of the kind '{definition.Kind}'.",
            Advice = (nearest is null ? "" : $"Did you mean '{nearest}'? ") + $"Kinds: {string.Join(", ", Kinds)}.",
            Target = definition.Service ?? definition.Kind,
            Line = definition.Line,
        };
    }
}
