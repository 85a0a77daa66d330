using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Service;

/// <summary>Graph files do not name this kind: health checks add it for every node.</summary>
internal sealed class ServiceProbeKind(IServiceHost services, TimeProvider time) : ProbeKindBase<ServiceProbeOptions>
{
    public override string Kind => ProbeDefinition.ServiceKind;

    protected override ServiceProbeOptions Read(ProbeSettings settings) => new();

    protected override IProbe Create(ProbeDefinition definition, ServiceProbeOptions options, ProbeContext context) =>
        new ServiceProbe(definition, options, services, context, time);
}
