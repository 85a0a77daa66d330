using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Http;

internal sealed class HttpProbeKind(TimeProvider time) : ProbeKindBase<HttpProbeOptions>
{
    public override string Kind => "http";

    protected override HttpProbeOptions Read(ProbeSettings settings) => HttpProbeOptions.Read(settings);

    protected override IProbe Create(ProbeDefinition definition, HttpProbeOptions options, ProbeContext context) =>
        new HttpProbe(definition, options, context, time);
}
