using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Sql;

internal sealed class SqlProbeKind(TimeProvider time) : ProbeKindBase<SqlProbeOptions>
{
    public override string Kind => "sql";

    protected override SqlProbeOptions Read(ProbeSettings settings) => SqlProbeOptions.Read(settings);

    protected override IProbe Create(ProbeDefinition definition, SqlProbeOptions options, ProbeContext context) =>
        new SqlProbe(definition, options, context, time);
}
