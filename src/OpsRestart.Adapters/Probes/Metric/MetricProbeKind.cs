using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Metric;

internal sealed class MetricProbeKind(TimeProvider time) : ProbeKindBase<MetricProbeOptions>
{
    public override string Kind => "metric";

    protected override MetricProbeOptions Read(ProbeSettings settings) => MetricProbeOptions.Read(settings);

    protected override IProbe Create(ProbeDefinition definition, MetricProbeOptions options, ProbeContext context) =>
        new MetricProbe(definition, options, context, time);
}
