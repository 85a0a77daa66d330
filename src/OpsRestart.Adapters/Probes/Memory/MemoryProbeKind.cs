using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Memory;

internal sealed class MemoryProbeKind(IServiceHost services, TimeProvider time) : ProbeKindBase<MemoryProbeOptions>
{
    public override string Kind => "memory";

    protected override MemoryProbeOptions Read(ProbeSettings settings) => MemoryProbeOptions.Read(settings);

    protected override IProbe Create(ProbeDefinition definition, MemoryProbeOptions options, ProbeContext context) =>
        new MemoryProbe(definition, options, services, context, time);
}
