using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Memcached;

internal sealed class MemcachedProbeKind(TimeProvider time) : ProbeKindBase<MemcachedProbeOptions>
{
    public override string Kind => "memcached";

    protected override MemcachedProbeOptions Read(ProbeSettings settings) => MemcachedProbeOptions.Read(settings);

    protected override IProbe Create(ProbeDefinition definition, MemcachedProbeOptions options, ProbeContext context) =>
        new MemcachedProbe(definition, options, context, time);
}
