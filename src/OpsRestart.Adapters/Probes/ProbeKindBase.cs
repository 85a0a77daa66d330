using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes;

/// <summary>A kind reads its options once for validation and once for making the probe, by the same code.</summary>
internal abstract class ProbeKindBase<TOptions> : IProbeKind
    where TOptions : ProbeOptions
{
    public abstract string Kind { get; }

    public IReadOnlyList<GraphFinding> Validate(ProbeDefinition definition)
    {
        var settings = new ProbeSettings(definition);
        _ = ReadAll(settings);
        return settings.Complete();
    }

    public IProbe Create(ProbeDefinition definition, ProbeContext context)
    {
        var settings = new ProbeSettings(definition);
        var options = ReadAll(settings);
        var errors = settings.Complete().Where(static f => f.Severity == FindingSeverity.Error).ToList();
        if (errors.Count > 0)
        {
            throw new OpsRestartException(
                OpsError.InvalidGraph,
                string.Join(Environment.NewLine, errors.Select(static f => $"{f.Message} {f.Advice}".TrimEnd())),
                definition.ToString(),
                "Correct the probe's settings.");
        }

        return Create(definition, options, context);
    }

    /// <summary>Reads every setting of the kind; what is wrong becomes findings, never exceptions.</summary>
    protected abstract TOptions Read(ProbeSettings settings);

    protected abstract IProbe Create(ProbeDefinition definition, TOptions options, ProbeContext context);

    private TOptions ReadAll(ProbeSettings settings)
    {
        ProbeOptions options = Read(settings);
        return (TOptions)(options with { MaxLatency = settings.Duration("maxLatency") });
    }
}
