using OpsRestart.Adapters.Secrets;
using OpsRestart.Core.Abstractions;
using OpsRestart.Core.Text;

namespace OpsRestart.Adapters.Queues;

/// <summary>Validates what the definitions of queue probes have in common.</summary>
internal abstract class QueueProbeKind : IProbeKind
{
    public const string MaxLatency = "maxLatency";

    public abstract string Kind { get; }

    /// <summary>Settings of this kind.</summary>
    protected abstract IReadOnlyList<string> Keys { get; }

    /// <summary>Settings that are whole numbers of 0 or more, and settings that are durations.</summary>
    protected virtual (IReadOnlyList<string> Numbers, IReadOnlyList<string> Durations) Typed => ([], []);

    public IReadOnlyList<GraphFinding> Validate(ProbeDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var settings = new QueueSettings(definition.Settings);
        IReadOnlyList<string> keys = [.. Keys, MaxLatency];
        var findings = new List<GraphFinding>();
        void Add(string code, string message, string? advice) =>
            findings.Add(new GraphFinding { Code = code, Message = message, Advice = advice, Target = definition.Service ?? Kind, Line = definition.Line });

        foreach (var missing in SecretResolver.Missing(definition.Target))
        {
            Add("MissingSecret", $"The {Kind} probe: {missing} is not set or not readable.", "Set the variable, or create the file.");
        }

        if (CheckTarget(definition, settings) is { } wrong)
        {
            Add("InvalidTarget", $"The {Kind} probe: {wrong.Message}", wrong.Advice);
        }

        foreach (var key in definition.Settings.Keys.Where(k => !keys.Contains(k)))
        {
            Add("UnknownKey", $"The {Kind} probe does not know the setting '{key}'.", NearestName.Of(key, keys) is { } near ? $"Did you mean '{near}'?" : $"It knows: {string.Join(", ", keys)}.");
        }

        foreach (var key in Typed.Numbers.Where(k => settings.Text(k) is not null && settings.Number(k) is not >= 0))
        {
            Add("InvalidValue", $"Setting '{key}' of the {Kind} probe is a whole number of 0 or more, not '{settings.Text(key)}'.", null);
        }

        foreach (var key in Typed.Durations.Append(MaxLatency).Where(k => settings.Text(k) is not null && settings.Span(k) is null))
        {
            Add("InvalidValue", $"Setting '{key}' of the {Kind} probe is a duration such as 30s or 5m, not '{settings.Text(key)}'.", null);
        }

        return findings;
    }

    public IProbe Create(ProbeDefinition definition, ProbeContext context)
    {
        var findings = Validate(definition);
        return findings.Count == 0
            ? Create(definition, new QueueSettings(definition.Settings))
            : throw new OpsRestartException(OpsError.InvalidGraph, string.Join(Environment.NewLine, findings.Select(static f => $"{f.Message} {f.Advice}".TrimEnd())), definition.ToString(), "Correct the probe's settings.");
    }

    protected abstract OpsRestartException? CheckTarget(ProbeDefinition definition, QueueSettings settings);

    protected abstract IProbe Create(ProbeDefinition definition, QueueSettings settings);
}
