using OpsRestart.Adapters.GraphFiles.Yaml;
using OpsRestart.Core.Text;

namespace OpsRestart.Adapters.GraphFiles;

/// <summary>Takes typed values out of one map; whatever is not as it should be becomes a finding, and the value its default.</summary>
internal sealed class MapReader
{
    private readonly FindingList _findings;
    private readonly Dictionary<string, YamlEntry> _entries;
    private readonly HashSet<string> _meant = new(StringComparer.Ordinal);

    /// <param name="item">The map; nothing at all counts as an empty one.</param>
    /// <param name="what">For messages: "service 'web'".</param>
    /// <param name="findings">Where findings go.</param>
    public MapReader(YamlItem item, string what, FindingList findings)
    {
        _findings = findings;
        What = what;
        At = item;
        var map = item as YamlMap;
        if (map is null && item is not YamlScalar { IsNull: true })
        {
            IsMap = false;
            _findings.Add("WrongType", item, $"{Capital(what)} must be a map of settings, not {item.TypeName}.");
        }

        Entries = map?.Entries ?? [];
        _entries = Entries.ToDictionary(static e => e.Key.Text, StringComparer.Ordinal);
    }

    public string What { get; }

    public YamlItem At { get; }

    public bool IsMap { get; } = true;

    public IReadOnlyList<YamlEntry> Entries { get; }

    /// <summary>Reports the keys that are not known.</summary>
    public void AllowOnly(IReadOnlyList<string> known)
    {
        foreach (var entry in Entries.Where(e => !known.Contains(e.Key.Text)))
        {
            UnknownKey(entry.Key, known);
        }
    }

    /// <summary>Where other keys are allowed, one that is a known key but for a letter or its case is a slip all the same.</summary>
    public IReadOnlyList<YamlEntry> Others(IReadOnlyList<string> known)
    {
        var others = new List<YamlEntry>();
        foreach (var entry in Entries.Where(e => !known.Contains(e.Key.Text)))
        {
            if (entry.Key.Text.Length < 40 && known.Any(name => NearestName.Distance(name.ToLowerInvariant(), entry.Key.Text.ToLowerInvariant()) <= (name.Length > 3 ? 1 : 0)))
            {
                UnknownKey(entry.Key, known);
            }
            else
            {
                others.Add(entry);
            }
        }

        return others;
    }

    /// <summary>Values for keys that this map does not have.</summary>
    public void FillFrom(MapReader defaults)
    {
        foreach (var entry in defaults.Entries)
        {
            _entries.TryAdd(entry.Key.Text, entry);
        }
    }

    public YamlItem? Find(string key) => _entries.GetValueOrDefault(key)?.Value is { } value and not YamlScalar { IsNull: true } ? value : null;

    public YamlScalar? KeyOf(string key) => _entries.GetValueOrDefault(key)?.Key;

    public string? Text(string key) => Find(key) switch
    {
        null => null,
        YamlScalar { Text.Length: > 0 } scalar => scalar.Text,
        YamlScalar scalar => Wrong<string>(scalar, key, "must not be empty"),
        var item => Wrong<string>(item, key, $"must be text, not {item.TypeName}"),
    };

    /// <summary>A list of texts; a single text is a list of one.</summary>
    public IReadOnlyList<string> Texts(string key) => Find(key) is { } item ? Texts(key, item) : [];

    /// <summary>A command: a list of its words, or one text that is split at white space outside of quotes. There is no shell.</summary>
    public IReadOnlyList<string> Command(string key) => Find(key) switch
    {
        null => [],
        YamlScalar scalar => CommandText.TrySplit(scalar.Text, out var words)
            ? words
            : Wrong<IReadOnlyList<string>>(scalar, key, "has a quote that is never closed") ?? [],
        var item => Texts(key, item, allowEmpty: true),
    };

    /// <summary>Variables of an environment: a map of names and texts.</summary>
    public IReadOnlyDictionary<string, string> Variables(string key)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Find(key) is not { } item)
        {
            return variables;
        }

        if (item is not YamlMap map)
        {
            return Wrong<IReadOnlyDictionary<string, string>>(item, key, $"must be a map of names and texts, not {item.TypeName}") ?? variables;
        }

        foreach (var (name, value) in map.Entries.Select(static e => (e.Key, e.Value)))
        {
            if (value is not YamlScalar text)
            {
                Wrong<string>(value, key, $"must hold texts, but '{name.Text}' is {value.TypeName}");
            }
            else if (name.Text.Length == 0 || name.Text.AsSpan().IndexOfAny('=', '\0') >= 0 || text.Text.Contains('\0'))
            {
                Bad<string>("BadValue", name, key, "has a name or a text that no environment can hold");
            }
            else
            {
                variables[name.Text] = text.IsNull ? "" : text.Text;
            }
        }

        return variables;
    }

    public TimeSpan? Duration(string key) => Find(key) switch
    {
        null => null,
        YamlScalar scalar when OpsRestart.Duration.TryParse(scalar.Text, out var value) => value <= OpsRestart.Duration.LongestWait
            ? value
            : Bad<TimeSpan?>("BadDuration", scalar, key, $"is longer than can be waited for: '{scalar.Text}'", $"Write at most {OpsRestart.Duration.Format(OpsRestart.Duration.LongestWait)}."),
        YamlScalar scalar => Bad<TimeSpan?>("BadDuration", scalar, key, $"is not a duration: '{scalar.Text}'", "Write 30s, 5m, 1h, 00:05:00, or a number of seconds."),
        var item => Wrong<TimeSpan?>(item, key, $"must be a duration, not {item.TypeName}"),
    };

    public int? Count(string key) => Find(key) switch
    {
        null => null,
        YamlScalar scalar when int.TryParse(scalar.Text, out var value) && value > 0 => value,
        YamlScalar scalar => Bad<int?>("BadValue", scalar, key, $"must be a whole number from 1, not '{scalar.Text}'"),
        var item => Wrong<int?>(item, key, $"must be a number, not {item.TypeName}"),
    };

    public bool Flag(string key) => Find(key) switch
    {
        null => false,
        YamlScalar { Text: "true" or "True" or "yes" or "on" } => true,
        YamlScalar { Text: "false" or "False" or "no" or "off" } => false,
        YamlScalar scalar => Bad<bool>("BadValue", scalar, key, $"must be true or false, not '{scalar.Text}'"),
        var item => Wrong<bool>(item, key, $"must be true or false, not {item.TypeName}"),
    };

    /// <summary>One of an enum's names, in any case.</summary>
    public T? Choice<T>(string key) where T : struct, Enum => Find(key) switch
    {
        null => null,
        YamlScalar scalar when Names<T>().Contains(scalar.Text, StringComparer.OrdinalIgnoreCase) => Enum.Parse<T>(scalar.Text, ignoreCase: true),
        YamlScalar scalar => Bad<T?>("BadValue", scalar, key, $"must be {Or(Names<T>())}, not '{scalar.Text}'", NearestName.Advice(scalar.Text, Names<T>())),
        var item => Wrong<T?>(item, key, $"must be {Or(Names<T>())}, not {item.TypeName}"),
    };

    /// <summary>A key that has to be there is not. Where one of these was misspelt, that was told already.</summary>
    public void Missing(string message, string advice, params IEnumerable<string> keys)
    {
        if (!keys.Any(_meant.Contains))
        {
            _findings.Add("MissingKey", At, $"{Capital(What)} {message}", advice, What);
        }
    }

    public static IReadOnlyList<string> Names<T>() where T : struct, Enum => [.. Enum.GetNames<T>().Select(static n => n.ToLowerInvariant())];

    private IReadOnlyList<string> Texts(string key, YamlItem item, bool allowEmpty = false)
    {
        if (item is YamlMap)
        {
            return Wrong<IReadOnlyList<string>>(item, key, "must be a list of texts, not a map") ?? [];
        }

        var texts = new List<string>();
        foreach (var part in item is YamlList list ? list.Items : [item])
        {
            if (part is YamlScalar { IsNull: false } text && (allowEmpty || text.Text.Length > 0))
            {
                texts.Add(text.Text);
            }
            else
            {
                _findings.Add("WrongType", part, $"'{key}' of {What} must hold texts, not {(part is YamlScalar ? "nothing" : part.TypeName)}.", target: key);
            }
        }

        return texts;
    }

    private void UnknownKey(YamlScalar key, IReadOnlyList<string> known)
    {
        if (_findings.IsFull)
        {
            return;
        }

        _meant.Add(NearestName.Of(key.Text, known) ?? "");
        _findings.Add("UnknownKey", key, $"{Capital(What)} has an unknown key '{key.Text}'.", NearestName.Advice(key.Text, known) ?? $"Known: {string.Join(", ", known)}.", key.Text);
    }

    private T? Wrong<T>(YamlItem at, string key, string problem) => Bad<T>("WrongType", at, key, problem);

    private T? Bad<T>(string code, YamlItem at, string key, string problem, string? advice = null)
    {
        _findings.Add(code, at, $"'{key}' of {What} {problem}.", advice, key);
        return default;
    }

    private static string Or(IReadOnlyList<string> names) => $"{string.Join(", ", names.SkipLast(1))} or {names[^1]}";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
