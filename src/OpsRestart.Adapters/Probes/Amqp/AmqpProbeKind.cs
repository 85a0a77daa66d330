using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Amqp;

internal sealed class AmqpProbeKind(TimeProvider time) : ProbeKindBase<AmqpProbeOptions>
{
    public override string Kind => "amqp";

    protected override AmqpProbeOptions Read(ProbeSettings settings) => AmqpProbeOptions.Read(settings);

    protected override IProbe Create(ProbeDefinition definition, AmqpProbeOptions options, ProbeContext context) =>
        new AmqpProbe(definition, options, context, time);
}
