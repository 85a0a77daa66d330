using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Disk;

internal sealed class DiskProbeKind(TimeProvider time) : ProbeKindBase<DiskProbeOptions>
{
    public override string Kind => "disk";

    protected override DiskProbeOptions Read(ProbeSettings settings) => DiskProbeOptions.Read(settings);

    protected override IProbe Create(ProbeDefinition definition, DiskProbeOptions options, ProbeContext context) =>
        new DiskProbe(definition, options, context, time);
}
