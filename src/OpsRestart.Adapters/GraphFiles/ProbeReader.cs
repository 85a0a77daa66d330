using OpsRestart.Adapters.GraphFiles.Yaml;
using OpsRestart.Core.Text;

namespace OpsRestart.Adapters.GraphFiles;

/// <summary>Reads probes: a URI, a map, or a list of those. Whether a kind's own settings are right is the probe factory's to say.</summary>
internal sealed class ProbeReader(FindingList findings)
{
    private static readonly string Schemes = string.Join(", ", GraphKeys.ProbeSchemes.Keys.Select(static s => s + "://"));

    public IReadOnlyList<ProbeDefinition> Read(YamlItem? item, string what) => item switch
    {
        null => [],
        YamlList list => [.. list.Items.Select(part => ReadOne(part, what)).OfType<ProbeDefinition>()],
        _ => ReadOne(item, what) is { } probe ? [probe] : [],
    };

    /// <summary>The kind of probe that a URI's scheme stands for; null when it is no URI, or a scheme that nobody probes.</summary>
    public static string? KindOf(string uri)
    {
        var end = uri.IndexOf("://", StringComparison.Ordinal);
        return end <= 0 ? null : GraphKeys.ProbeSchemes.GetValueOrDefault(uri[..end]);
    }

    private ProbeDefinition? ReadOne(YamlItem item, string what) => item switch
    {
        YamlScalar { IsNull: false } scalar => ReadUri(scalar, what),
        YamlMap map => ReadMap(map, what),
        _ => Refuse("WrongType", item, $"A probe of {what} must be a URI or a map, not {item.TypeName}."),
    };

    private ProbeDefinition? ReadUri(YamlScalar scalar, string what)
    {
        if (KindOf(scalar.Text) is { } kind)
        {
            return new ProbeDefinition { Kind = kind, Target = scalar.Text, Line = scalar.Line };
        }

        var end = scalar.Text.IndexOf("://", StringComparison.Ordinal);
        if (end <= 0)
        {
            return Refuse("UnknownProbe", scalar, $"A probe of {what} is no URI: '{SecretText.RedactAddress(scalar.Text)}'.", $"Begin it with one of {Schemes}; or write a map, such as {{ redis: \"${{env:REDIS_URL}}\" }}.");
        }

        var scheme = scalar.Text[..end];
        return Refuse("UnknownProbe", scalar, $"A probe of {what} has an unknown scheme '{scheme}'.", NearestName.Advice(scheme, GraphKeys.ProbeSchemes.Keys) ?? $"Known: {Schemes}.");
    }

    private ProbeDefinition? ReadMap(YamlMap map, string what)
    {
        // The first key that names a kind decides; a later one (sql: …, postgres: …) is a setting of that kind.
        var kind = map.Entries.FirstOrDefault(static e => GraphKeys.ProbeKinds.Contains(e.Key.Text));
        if (kind is null)
        {
            var near = map.Entries.Select(static e => NearestName.Advice(e.Key.Text, GraphKeys.ProbeKinds)).FirstOrDefault(static a => a is not null);
            return Refuse("UnknownProbe", map, $"A probe of {what} does not say what to probe.", near ?? $"Give it one of the keys {string.Join(", ", GraphKeys.ProbeKinds)}.");
        }

        var reader = new MapReader(map, $"the {kind.Key.Text} probe of {what}", findings);
        var settings = SettingValue.Of(reader.Others(GraphKeys.Probe.All).Where(e => e != kind));
        if (Target(kind, what, ref settings) is not { } target)
        {
            return null;
        }

        var defaults = new ProbeDefinition { Kind = kind.Key.Text, Target = target, Settings = settings, Line = map.Line };
        return defaults with
        {
            Within = reader.Duration(GraphKeys.Probe.Within) ?? defaults.Within,
            Every = reader.Duration(GraphKeys.Probe.Every) ?? defaults.Every,
            Successes = reader.Count(GraphKeys.Probe.Successes) ?? defaults.Successes,
            Timeout = reader.Duration(GraphKeys.Probe.Timeout) ?? defaults.Timeout,
        };
    }

    private string? Target(YamlEntry kind, string what, ref IReadOnlyDictionary<string, object?> settings)
    {
        switch (kind.Value)
        {
            case YamlScalar scalar:
                return scalar.IsNull ? "" : scalar.Text;
            case YamlList { Items: [YamlScalar { IsNull: false } command, ..] items } when kind.Key.Text == "exec" && items.All(static i => i is YamlScalar):
                settings = new Dictionary<string, object?>(settings) { [GraphKeys.Probe.Arguments] = items.Skip(1).Select(static i => ((YamlScalar)i).Text).ToArray() };
                return command.Text;
            default:
                Refuse("WrongType", kind.Value, $"'{kind.Key.Text}' of a probe of {what} must be text, not {kind.Value.TypeName}.");
                return null;
        }
    }

    private ProbeDefinition? Refuse(string code, YamlItem at, string message, string? advice = null)
    {
        findings.Add(code, at, message, advice);
        return null;
    }
}
