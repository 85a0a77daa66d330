using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Settings;

/// <summary>
/// Takes typed values out of one map of settings. Whatever is not as it should be becomes a finding with its place, and reading goes on, so
/// that all faults are told at once. Which settings there are is simply which ones are read.
/// </summary>
internal class SettingReader
{
    private const string WrongValue = "BadValue";
    private static readonly TimeSpan PatternTime = TimeSpan.FromSeconds(1);

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <param name="item">The map; nothing at all counts as an empty one.</param>
    /// <param name="what">For messages: "service 'web'".</param>
    /// <param name="findings">Where findings go.</param>
    public SettingReader(YamlItem item, string what, FindingList findings)
    {
        Findings = findings;
        What = what;
        At = item;
        var map = item as YamlMap;
        if (map is null && item is not YamlScalar { IsNull: true })
        {
            IsMap = false;
            Findings.Add("WrongType", item, $"{Capital(what)} must be a map of settings, not {item.TypeName}.");
        }

        Entries = map?.Entries ?? [];
        ByName = Entries.ToDictionary(static e => e.Key.Text, StringComparer.Ordinal);
    }

    /// <param name="settings">Those of a definition, from a file or not.</param>
    /// <param name="what">For messages: "the http probe of 'web'".</param>
    /// <param name="line">Of the definition; 0 when it is from no file.</param>
    /// <param name="isCheck">
    /// Secrets are asked for and not read: a harmless value stands for each, and what depends on it is judged when it is read.
    /// </param>
    public SettingReader(IReadOnlyDictionary<string, object?> settings, string what, int line, bool isCheck = false)
        : this(SettingMap.ToYaml(settings, line), what, new FindingList(null)) => IsCheck = isCheck;

    public string What { get; }

    public YamlItem At { get; }

    public bool IsMap { get; } = true;

    public IReadOnlyList<YamlEntry> Entries { get; }

    protected bool IsCheck { get; }

    protected FindingList Findings { get; }

    protected Dictionary<string, YamlEntry> ByName { get; }

    /// <summary>
    /// Keys of the format itself: in their own case, without secrets and empty texts, and times are such that can be waited for. Settings
    /// of a kind or system are what that makes of them.
    /// </summary>
    protected virtual bool IsFormat => false;

    public YamlItem? Find(string key)
    {
        _known.Add(key);
        var entry =
            ByName.GetValueOrDefault(key)
            ?? (IsFormat ? null : Entries.FirstOrDefault(e => string.Equals(e.Key.Text, key, StringComparison.OrdinalIgnoreCase)));
        if (entry is not null)
        {
            _read.Add(entry.Key.Text);
        }

        return entry?.Value is YamlScalar { IsNull: true } ? null : entry?.Value;
    }

    public bool Has(string key) => Find(key) is not null;

    /// <summary>A text, secrets filled in.</summary>
    public string? Text(string key) => Text(key, Secrets.Resolve);

    protected string? Text(string key, Func<string, string> resolve) =>
        Find(key) switch
        {
            null => null,
            YamlScalar { Text.Length: 0 } scalar when IsFormat => Wrong<string>(scalar, key, "must not be empty"),
            YamlScalar scalar => Resolve(key, scalar, resolve),
            var item => Wrong<string>(item, key, $"must be text, not {item.TypeName}"),
        };

    /// <summary>A list of texts; a single text is a list of one.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="asWritten">No secret is filled in, and texts may be empty.</param>
    public IReadOnlyList<string> List(string key, bool asWritten = false)
    {
        var item = Find(key);
        if (item is YamlMap)
        {
            return Wrong<IReadOnlyList<string>>(item, key, "must be a list of texts, not a map") ?? [];
        }

        var texts = new List<string>();
        foreach (
            var part in item is YamlList list ? list.Items
            : item is null ? []
            : [item]
        )
        {
            if (part is YamlScalar { IsNull: false } text && (asWritten || !IsFormat || text.Text.Length > 0))
            {
                texts.Add(asWritten ? text.Text : Resolve(key, text, Secrets.Resolve));
            }
            else
            {
                Wrong<string>(part, key, $"must hold texts, not {(part is YamlScalar ? "nothing" : part.TypeName)}");
            }
        }

        return texts;
    }

    /// <summary>A map of texts.</summary>
    public IReadOnlyDictionary<string, string> Map(string key)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        var item = Find(key);
        if (item is not (null or YamlMap))
        {
            Wrong<string>(item, key, $"must be a map of names and texts, not {item.TypeName}");
        }

        foreach (var (name, value) in (item as YamlMap)?.Entries.Select(static e => (e.Key, e.Value)) ?? [])
        {
            if (value is YamlScalar text)
            {
                map[name.Text] = text.IsNull ? "" : Resolve(key, text, Secrets.Resolve);
            }
            else
            {
                Wrong<string>(value, key, $"must hold texts, but '{name.Text}' is {value.TypeName}");
            }
        }

        return map;
    }

    public int? Int(string key, int minimum = 0, int maximum = int.MaxValue) =>
        Parse<int>(
            key,
            "a number",
            text =>
                int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                && value >= minimum
                && value <= maximum
                    ? value
                    : null,
            $"must be a whole number from {minimum}{(maximum == int.MaxValue ? "" : $" to {maximum}")}, not "
        );

    /// <summary>How many: whole, 0 or more.</summary>
    public double? Count(string key) =>
        Parse<double>(
            key,
            "a number",
            static text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null,
            "must be a whole number from 0, not "
        );

    public double? Number(string key) =>
        Parse<double>(
            key,
            "a number",
            static text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
            "must be a number, not "
        );

    /// <summary>Bytes: 600MiB, 1.5G, or a number.</summary>
    public double? Size(string key) => Parse(key, "a size", ByteSize.TryParse, "must be a size such as 600MiB or 2G, not ");

    /// <summary>30s, 5m, or a number of seconds.</summary>
    public TimeSpan? Duration(string key)
    {
        var found = Parse<TimeSpan>(
            key,
            "a duration",
            static text => OpsRestart.Duration.TryParse(text, out var value) ? value : null,
            "is not a duration: ",
            "Write 30s, 5m, 1h, 00:05:00, or a number of seconds."
        );
        if (IsFormat && found > OpsRestart.Duration.LongestWait)
        {
            Fail(
                key,
                $"is longer than can be waited for: '{AsWritten(key)}'",
                $"Write at most {OpsRestart.Duration.Format(OpsRestart.Duration.LongestWait)}."
            );
            return null;
        }

        return found;
    }

    /// <summary>A date and time, or a duration for that long before now; in UTC.</summary>
    public DateTime? Moment(string key) =>
        Parse<DateTime>(
            key,
            "a moment",
            static text => OpsRestart.Duration.TryParseMoment(text, out var value) ? value : null,
            "is not a moment: ",
            "Write a duration for that long ago (10m, 2h), or a date and time (2026-03-01 14:30)."
        );

    /// <summary>true or false in any case, as in YAML 1.2; not yes, on or 1.</summary>
    public bool? Flag(string key) =>
        Parse<bool>(key, "true or false", static text => bool.TryParse(text, out var flag) ? flag : null, "must be true or false, not ");

    /// <summary>One of an enum's names, in any case.</summary>
    public T? Choice<T>(string key)
        where T : struct, Enum
    {
        var names = Names<T>();
        var or = $"{string.Join(", ", names.SkipLast(1))} or {names[^1]}";
        return Parse<T>(
            key,
            or,
            text => names.Contains(text, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<T>(text, ignoreCase: true) : null,
            $"must be {or}, not ",
            Find(key) is YamlScalar written ? NearestName.Advice(written.Text, names) : null
        );
    }

    public static IReadOnlyList<string> Names<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(static n => char.ToLowerInvariant(n[0]) + n[1..])];

    /// <summary>A regular expression of .NET; one match may take at most a second.</summary>
    public Regex? Pattern(string key, RegexOptions options = RegexOptions.None) =>
        Text(key) is { } text ? ToPattern(key, text, options) : null;

    public Regex? ToPattern(string key, string text, RegexOptions options = RegexOptions.None)
    {
        try
        {
            return new Regex(text, options | RegexOptions.CultureInvariant, PatternTime);
        }
        catch (RegexParseException e)
        {
            Fail(
                key,
                $"is no regular expression: {e.Message.Replace($" '{text}'", "", StringComparison.Ordinal)}",
                "Put a backslash before characters that stand for themselves: . * + ? ( ) [ ] { } ^ $ |"
            );
            return null;
        }
    }

    /// <summary>Settings that no one has read so far.</summary>
    public SettingMap Rest() => SettingMap.Of(Entries.Where(e => !_read.Contains(e.Key.Text)));

    /// <summary>Adds a finding: "'key' of the http probe of 'web' <paramref name="complaint"/>."</summary>
    public void Fail(string key, string complaint, string? advice = null, string code = WrongValue)
    {
        if (!IsCheck || code != WrongValue || !HasReference(Find(key)))
        {
            Bad<string>(code, Find(key) ?? At, key, complaint.TrimEnd('.'), advice);
        }
    }

    /// <summary>A fault of the whole: "Queue 'jobs'<paramref name="complaint"/>"</summary>
    public void FailWhole(string code, string complaint, string? advice) =>
        Findings.Add(code, At, $"{Capital(What)}{complaint}", advice, What);

    /// <summary>All findings, those about settings that nobody read included.</summary>
    public IReadOnlyList<GraphFinding> Complete()
    {
        foreach (var entry in Entries.Where(e => !_read.Contains(e.Key.Text)))
        {
            UnknownKey(entry.Key, [.. _known.Order(StringComparer.Ordinal)]);
        }

        return Findings.Sorted;
    }

    protected virtual void UnknownKey(YamlScalar key, IReadOnlyList<string> known) =>
        Findings.Add(
            "UnknownKey",
            key,
            $"{Capital(What)} has an unknown key '{key.Text}'.",
            NearestName.Advice(key.Text, known) ?? (known.Count > 0 ? $"Known: {string.Join(", ", known)}." : null),
            key.Text
        );

    protected string Resolve(string key, YamlScalar text, Func<string, string> resolve)
    {
        if (IsCheck)
        {
            foreach (var missing in Secrets.Missing(text.Text))
            {
                var problem = $"'{key}' of {What}: {missing} is not set or not readable.";
                Findings.Add("MissingSecret", text, problem, "Set the variable, or create the file.", key);
            }

            return Secrets.WithStandIns(text.Text);
        }

        try
        {
            return IsFormat ? text.Text : resolve(text.Text);
        }
        catch (OpsRestartException e)
        {
            Findings.Add("MissingSecret", text, $"'{key}' of {What}: {e.Message}", e.Advice, key);
            return text.Text;
        }
    }

    protected T? Wrong<T>(YamlItem at, string key, string problem) => Bad<T>("WrongType", at, key, problem);

    protected T? Bad<T>(string code, YamlItem at, string key, string problem, string? advice = null)
    {
        Findings.Add(code, at, $"'{key}' of {What} {problem}.", advice, key);
        return default;
    }

    protected static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>Nothing is filled in, and a secret that is written out is not repeated.</summary>
    public string AsWritten(string key) =>
        ForeignText.OneLine(
            SecretText.RedactSetting(
                key,
                Find(key) is YamlList list
                    ? string.Join(", ", list.Items.OfType<YamlScalar>().Select(static i => i.Text))
                    : (Find(key) as YamlScalar)?.Text ?? ""
            ),
            80
        );

    private static bool HasReference(YamlItem? item) =>
        item switch
        {
            YamlScalar text => Secrets.HasReference(text.Text),
            YamlList list => list.Items.Any(HasReference),
            YamlMap map => map.Entries.Any(static e => HasReference(e.Value)),
            _ => false,
        };

    private T? Parse<T>(string key, string name, Func<string, T?> parse, string complaint, string? advice = null)
        where T : struct
    {
        if (Find(key) is { } item and not YamlScalar)
        {
            Wrong<string>(item, key, $"must be {name}, not {item.TypeName}");
            return null;
        }

        var text = Text(key);
        var value = text is null ? null : parse(text);
        if (text is not null && value is null)
        {
            Fail(key, $"{complaint}'{AsWritten(key)}'", advice);
        }

        return value;
    }
}
