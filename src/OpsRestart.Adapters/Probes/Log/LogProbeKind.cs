using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Log;

internal sealed class LogProbeKind(IServiceHost services, TimeProvider time) : ProbeKindBase<LogProbeOptions>
{
    public override string Kind => "log";

    protected override LogProbeOptions Read(ProbeSettings settings) => LogProbeOptions.Read(settings, settings.Service);

    protected override IProbe Create(ProbeDefinition definition, LogProbeOptions options, ProbeContext context)
    {
        ILogSource source = options.File is { } file
            ? new FileLogSource(file, options, context, time)
            : new ServiceLogSource(services, LogOwner.Of(definition, options, context), options, context, time);
        return new LogProbe(definition, options, source, context, time);
    }
}
