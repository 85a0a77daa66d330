using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Exec;

internal sealed class ExecProbeKind(TimeProvider time) : ProbeKindBase<ExecProbeOptions>
{
    public override string Kind => "exec";

    protected override ExecProbeOptions Read(ProbeSettings settings) => ExecProbeOptions.Read(settings);

    protected override IProbe Create(ProbeDefinition definition, ExecProbeOptions options, ProbeContext context) =>
        new ExecProbe(definition, options, context, time);
}
