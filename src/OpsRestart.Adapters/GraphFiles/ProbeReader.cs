using OpsRestart.Adapters.Settings;

namespace OpsRestart.Adapters.GraphFiles;

/// <summary>
/// Reads probes: a URI, a map, or a list of those. Whether a kind's own settings are right is the probe factory's to say.
/// </summary>
internal sealed class ProbeReader(FindingList findings, ProbeNames names)
{
    private readonly string _schemes = string.Join(", ", names.Schemes.Keys.Select(static s => s + "://"));

    public IReadOnlyList<ProbeDefinition> Read(YamlItem? item, string what) =>
        item switch
        {
            null => [],
            YamlList list => [.. list.Items.Select(part => ReadOne(part, what)).OfType<ProbeDefinition>()],
            _ => ReadOne(item, what) is { } probe ? [probe] : [],
        };

    private ProbeDefinition? ReadOne(YamlItem item, string what) =>
        item switch
        {
            YamlScalar { IsNull: false } scalar => ReadUri(scalar, what),
            YamlMap map => ReadMap(map, what),
            _ => Refuse("WrongType", item, $"A probe of {what} must be a URI or a map, not {item.TypeName}."),
        };

    private ProbeDefinition? ReadUri(YamlScalar scalar, string what)
    {
        if (names.KindOf(scalar.Text) is { } kind)
        {
            return new ProbeDefinition
            {
                Kind = kind,
                Target = scalar.Text,
                Line = scalar.Line,
            };
        }

        var end = scalar.Text.IndexOf("://", StringComparison.Ordinal);
        if (end <= 0)
        {
            return Refuse(
                "UnknownProbe",
                scalar,
                $"A probe of {what} is no URI: '{SecretText.RedactAddress(scalar.Text)}'.",
                $"Begin it with one of {_schemes}; or write a map, such as {{ redis: \"${{env:REDIS_URL}}\" }}."
            );
        }

        var scheme = scalar.Text[..end];
        return Refuse(
            "UnknownProbe",
            scalar,
            $"A probe of {what} has an unknown scheme '{scheme}'.",
            NearestName.Advice(scheme, names.Schemes.Keys) ?? $"Known: {_schemes}."
        );
    }

    private ProbeDefinition? ReadMap(YamlMap map, string what)
    {
        // The first key that names a kind decides; a later one (sql: …, postgres: …) is a setting of that kind.
        var kind = map.Entries.FirstOrDefault(e => names.Kinds.Contains(e.Key.Text));
        if (kind is null)
        {
            var near = map.Entries.Select(e => NearestName.Advice(e.Key.Text, names.Kinds)).FirstOrDefault(static a => a is not null);
            return Refuse(
                "UnknownProbe",
                map,
                $"A probe of {what} does not say what to probe.",
                near ?? $"Give it one of the keys {string.Join(", ", names.Kinds)}."
            );
        }

        var reader = new MapReader(map, $"the {kind.Key.Text} probe of {what}", findings);
        var settings = reader.Others(GraphKeys.Probe.All).Where(e => e != kind).ToList();
        if (Target(kind, what, settings) is not { } target)
        {
            return null;
        }

        var defaults = new ProbeDefinition
        {
            Kind = kind.Key.Text,
            Target = target,
            Settings = SettingMap.Of(settings),
            Line = map.Line,
        };
        return defaults with
        {
            Within = reader.Duration(GraphKeys.Probe.Within) ?? defaults.Within,
            Every = reader.Duration(GraphKeys.Probe.Every) ?? defaults.Every,
            Successes = reader.Int(GraphKeys.Probe.Successes, 1) ?? defaults.Successes,
            Timeout = reader.Duration(GraphKeys.Probe.Timeout) ?? defaults.Timeout,
        };
    }

    private string? Target(YamlEntry kind, string what, List<YamlEntry> settings)
    {
        switch (kind.Value)
        {
            case YamlScalar scalar:
                return scalar.IsNull ? "" : scalar.Text;
            case YamlList { Items: [YamlScalar { IsNull: false } command, ..] items }
                when kind.Key.Text == "exec" && items.All(static i => i is YamlScalar):
                settings.RemoveAll(static s => s.Key.Text == GraphKeys.Probe.Arguments);
                settings.Add(
                    new YamlEntry(
                        kind.Key with
                        {
                            Text = GraphKeys.Probe.Arguments,
                        },
                        new YamlList([.. items.Skip(1)], kind.Value.Line, kind.Value.Column)
                    )
                );
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
