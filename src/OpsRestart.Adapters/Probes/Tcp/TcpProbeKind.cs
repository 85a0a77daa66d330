using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Tcp;

internal sealed class TcpProbeKind(TimeProvider time) : ProbeKindBase<TcpProbeOptions>
{
    public override string Kind => "tcp";

    protected override TcpProbeOptions Read(ProbeSettings settings) => TcpProbeOptions.Read(settings);

    protected override IProbe Create(ProbeDefinition definition, TcpProbeOptions options, ProbeContext context) =>
        new TcpProbe(definition, options, context, time);
}
