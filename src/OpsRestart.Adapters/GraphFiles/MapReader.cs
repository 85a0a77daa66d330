using OpsRestart.Adapters.Settings;

namespace OpsRestart.Adapters.GraphFiles;

/// <summary>Reads the keys of one map of the graph format.</summary>
internal sealed class MapReader(YamlItem item, string what, FindingList findings) : SettingReader(item, what, findings)
{
    private readonly HashSet<string> _meant = new(StringComparer.Ordinal);

    protected override bool IsFormat => true;

    /// <summary>Reports the keys that are not known.</summary>
    public void AllowOnly(IReadOnlyList<string> known)
    {
        foreach (var entry in Entries.Where(e => !known.Contains(e.Key.Text)))
        {
            UnknownKey(entry.Key, known);
        }
    }

    /// <summary>Where other keys are allowed, one that is a known key but for a letter or its case is still a slip.</summary>
    public IReadOnlyList<YamlEntry> Others(IReadOnlyList<string> known)
    {
        var others = new List<YamlEntry>();
        foreach (var entry in Entries.Where(e => !known.Contains(e.Key.Text)))
        {
            if (
                entry.Key.Text.Length < 40
                && known.Any(name =>
                    NearestName.Distance(name.ToLowerInvariant(), entry.Key.Text.ToLowerInvariant()) <= (name.Length > 3 ? 1 : 0)
                )
            )
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
            ByName.TryAdd(entry.Key.Text, entry);
        }
    }

    public YamlScalar? KeyOf(string key) => ByName.GetValueOrDefault(key)?.Key;

    /// <summary>A command: a list of its words, or one text that is split at white space outside of quotes. There is no shell.</summary>
    public IReadOnlyList<string> Command(string key) =>
        Find(key) is not YamlScalar scalar ? List(key, asWritten: true)
        : CommandText.TrySplit(scalar.Text, out var words) ? words
        : Wrong<IReadOnlyList<string>>(scalar, key, "has a quote that is never closed") ?? [];

    /// <summary>Variables of an environment: a map of names and texts.</summary>
    public IReadOnlyDictionary<string, string> Variables(string key)
    {
        var variables = Map(key);
        foreach (var (name, text) in variables)
        {
            if (name.Length == 0 || name.AsSpan().IndexOfAny('=', '\0') >= 0 || text.Contains('\0'))
            {
                Fail(key, "has a name or a text that no environment can hold");
            }
        }

        return variables;
    }

    /// <summary>A key that has to be there is not. Where one of these was misspelt, that was told already.</summary>
    public void Missing(string message, string advice, params IEnumerable<string> keys)
    {
        if (!keys.Any(_meant.Contains))
        {
            Findings.Add("MissingKey", At, $"{Capital(What)} {message}", advice, What);
        }
    }

    protected override void UnknownKey(YamlScalar key, IReadOnlyList<string> known)
    {
        if (!Findings.IsFull)
        {
            _meant.Add(NearestName.Of(key.Text, known) ?? "");
            base.UnknownKey(key, known);
        }
    }
}
