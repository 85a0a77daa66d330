using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.WebSocket;

internal sealed class WebSocketProbeKind(TimeProvider time) : ProbeKindBase<WebSocketProbeOptions>
{
    public override string Kind => "ws";

    protected override WebSocketProbeOptions Read(ProbeSettings settings) => WebSocketProbeOptions.Read(settings);

    protected override IProbe Create(ProbeDefinition definition, WebSocketProbeOptions options, ProbeContext context) =>
        new WebSocketProbe(definition, options, context, time);
}
