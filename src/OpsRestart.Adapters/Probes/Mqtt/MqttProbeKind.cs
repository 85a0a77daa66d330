using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Mqtt;

internal sealed class MqttProbeKind(TimeProvider time) : ProbeKindBase<MqttProbeOptions>
{
    public override string Kind => "mqtt";

    protected override MqttProbeOptions Read(ProbeSettings settings) => MqttProbeOptions.Read(settings);

    protected override IProbe Create(ProbeDefinition definition, MqttProbeOptions options, ProbeContext context) =>
        new MqttProbe(definition, options, context, time);
}
