using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Redis;

internal sealed class RedisProbeKind(TimeProvider time) : ProbeKindBase<RedisProbeOptions>
{
    public override string Kind => "redis";

    protected override RedisProbeOptions Read(ProbeSettings settings) => RedisProbeOptions.Read(settings);

    protected override IProbe Create(ProbeDefinition definition, RedisProbeOptions options, ProbeContext context) =>
        new RedisProbe(definition, options, context, time);
}
