using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Postgres;

internal sealed class PostgresProbeKind(TimeProvider time) : ProbeKindBase<PostgresProbeOptions>
{
    public override string Kind => "postgres";

    protected override PostgresProbeOptions Read(ProbeSettings settings) => PostgresProbeOptions.Read(settings);

    protected override IProbe Create(ProbeDefinition definition, PostgresProbeOptions options, ProbeContext context) =>
        new PostgresProbe(definition, options, context, time);
}
