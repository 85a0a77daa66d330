namespace OpsRestart.Adapters.Probes;

/// <summary>Finds kinds of probes by name or scheme, and makes probes of them.</summary>
internal sealed class ProbeFactory : IProbeFactory
{
    private readonly Dictionary<string, ProbeKind> _kinds = new(StringComparer.OrdinalIgnoreCase);

    public ProbeFactory(IEnumerable<ProbeKind> kinds)
    {
        foreach (var kind in kinds)
        {
            _kinds[kind.Name] = kind;
            foreach (var scheme in kind.Schemes)
            {
                _kinds[scheme] = kind;
            }
        }
    }

    public IReadOnlyList<GraphFinding> Validate(ProbeDefinition definition)
    {
        if (!_kinds.TryGetValue(definition.Kind, out var kind))
        {
            return [Unknown(definition)];
        }

        var settings = new ProbeSettings(definition, isCheck: true);
        kind.Make(settings, ProbeContext.None);
        return settings.Complete();
    }

    /// <summary>The settings are read again each time: a hook may have changed a secret that they name.</summary>
    public IProbe Create(ProbeDefinition definition, ProbeContext context)
    {
        if (!_kinds.TryGetValue(definition.Kind, out var kind))
        {
            var unknown = Unknown(definition);
            throw new OpsRestartException(OpsError.InvalidGraph, unknown.Message, definition.ToString(), unknown.Advice);
        }

        var settings = new ProbeSettings(definition);
        var probe = kind.Make(settings, context);
        var errors = settings.Complete().Where(static f => f.Severity == FindingSeverity.Error).ToList();
        return errors.Count == 0
            ? probe
            : throw new OpsRestartException(
                OpsError.InvalidGraph,
                string.Join(Environment.NewLine, errors.Select(static f => $"{f.Message} {f.Advice}".TrimEnd())),
                definition.ToString(),
                "Correct the probe's settings."
            );
    }

    private GraphFinding Unknown(ProbeDefinition definition)
    {
        var names = _kinds
            .Values.Select(static k => k.Name)
            .Where(static n => n != ProbeDefinition.ServiceKind)
            .Distinct()
            .Order()
            .ToList();
        var nearest = NearestName.Of(definition.Kind, names);
        return new GraphFinding
        {
            Code = "UnknownProbe",
            Message = $"There is no probe of the kind '{definition.Kind}'.",
            Advice = (nearest is null ? "" : $"Did you mean '{nearest}'? ") + $"Kinds: {string.Join(", ", names)}.",
            Target = definition.Node ?? definition.Kind,
            Line = definition.Line,
        };
    }
}
