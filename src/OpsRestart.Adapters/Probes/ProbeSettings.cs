using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;
using OpsRestart.Adapters.Secrets;
using OpsRestart.Adapters.Wire;
using OpsRestart.Core.Text;

namespace OpsRestart.Adapters.Probes;

/// <summary>
/// Reads a definition's settings by type and collects everything that is wrong. A value that can't be read gives a finding and null, so that
/// reading goes on and all faults are told at once. Which settings a kind knows is simply which ones it reads.
/// </summary>
internal sealed class ProbeSettings(ProbeDefinition definition)
{
    private static readonly TimeSpan PatternTime = TimeSpan.FromSeconds(1);

    private readonly List<GraphFinding> findings = [];
    private readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);
    private string? target;

    /// <summary>The node of the graph that the probe belongs to.</summary>
    public string? Service => definition.Service;

    /// <summary>The URI or main value, secrets filled in.</summary>
    public string Target => target ??= Resolve(definition.Kind, definition.Target, ProbeTarget.Resolve);

    public bool Has(string key) => Find(key) is not null;

    /// <summary>A text, secrets filled in. Numbers and booleans are taken as they would be written.</summary>
    public string? Text(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case IConvertible value:
                return Resolve(key, Written(value));
            default:
                Fail(key, "is one text, not a list or map");
                return null;
        }
    }

    /// <summary>A URI, secrets filled in as in a target.</summary>
    public string? Address(string key) => Find(key) is string text ? Resolve(key, text, ProbeTarget.Resolve) : Text(key);

    public int? Int(string key, int minimum = 0, int maximum = int.MaxValue)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum)
        {
            return value;
        }

        Fail(key, maximum == int.MaxValue ? $"is a whole number of {minimum} or more, not '{AsWritten(key)}'" : $"is a whole number from {minimum} to {maximum}, not '{AsWritten(key)}'");
        return null;
    }

    public double? Number(string key)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        Fail(key, $"is a number, not '{AsWritten(key)}'");
        return null;
    }

    /// <summary>Bytes: 600MiB, 1.5G, or a number.</summary>
    public double? Size(string key)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (ByteSize.TryParse(text) is { } bytes)
        {
            return bytes;
        }

        Fail(key, $"is a size such as 600MiB or 2G, not '{AsWritten(key)}'");
        return null;
    }

    /// <summary>30s, 5m, a TimeSpan, or a number of seconds.</summary>
    public TimeSpan? Duration(string key)
    {
        if (Find(key) is TimeSpan span)
        {
            return span;
        }

        if (Text(key) is not { } text)
        {
            return null;
        }

        if (OpsRestart.Duration.TryParse(text, out var value))
        {
            return value;
        }

        Fail(key, $"is a duration such as 500ms, 30s or 5m, not '{AsWritten(key)}'");
        return null;
    }

    public bool? Flag(string key)
    {
        switch (Text(key)?.ToUpperInvariant())
        {
            case null:
                return null;
            case "TRUE" or "YES" or "ON" or "1":
                return true;
            case "FALSE" or "NO" or "OFF" or "0":
                return false;
            default:
                Fail(key, $"is true or false, not '{AsWritten(key)}'");
                return null;
        }
    }

    /// <summary>A list; a single value is a list of one.</summary>
    public IReadOnlyList<string> List(string key)
    {
        var value = Find(key);
        if (value is not IEnumerable items || value is string or IDictionary)
        {
            return Text(key) is { } single ? [single] : [];
        }

        return [.. items.Cast<object?>().Select(item => Resolve(key, Written(item)))];
    }

    /// <summary>A list as written: nothing is filled in.</summary>
    public IReadOnlyList<string> RawList(string key) => Find(key) switch
    {
        null => [],
        IEnumerable items and not (string or IDictionary) => [.. items.Cast<object?>().Select(Written)],
        var single => [Written(single)],
    };

    /// <summary>A map of texts.</summary>
    public IReadOnlyDictionary<string, string> Map(string key)
    {
        var map = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        switch (Find(key))
        {
            case null:
                break;
            case IEnumerable<KeyValuePair<string, object?>> pairs:
                foreach (var (name, value) in pairs)
                {
                    map[name] = Resolve(key, Written(value));
                }

                break;
            case IEnumerable<KeyValuePair<string, string>> pairs:
                foreach (var (name, value) in pairs)
                {
                    map[name] = Resolve(key, value);
                }

                break;
            case IDictionary table:
                foreach (DictionaryEntry entry in table)
                {
                    map[Written(entry.Key)] = Resolve(key, Written(entry.Value));
                }

                break;
            default:
                Fail(key, "is a map of names to values");
                break;
        }

        return map;
    }

    public T? Choice<T>(string key)
        where T : struct, Enum
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (!int.TryParse(text, CultureInfo.InvariantCulture, out _) && Enum.TryParse<T>(text, ignoreCase: true, out var value))
        {
            return value;
        }

        Fail(key, $"is one of {string.Join(", ", Enum.GetNames<T>().Select(static n => n.ToLowerInvariant()))}, not '{AsWritten(key)}'");
        return null;
    }

    /// <summary>A regular expression of .NET; one match may take at most a second.</summary>
    public Regex? Pattern(string key, RegexOptions options = RegexOptions.None) => Text(key) is { } text ? ToPattern(key, text, options) : null;

    public Regex? ToPattern(string key, string text, RegexOptions options = RegexOptions.None)
    {
        try
        {
            return new Regex(text, options | RegexOptions.CultureInvariant, PatternTime);
        }
        catch (RegexParseException e)
        {
            Fail(key, $"is no regular expression: {e.Message}", "Put a backslash before characters that stand for themselves: . * + ? ( ) [ ] { } ^ $ |");
            return null;
        }
    }

    /// <summary>Adds a finding: "Setting 'key' of the http probe of 'web' <paramref name="complaint"/>."</summary>
    public void Fail(string key, string complaint, string? advice = null, string code = "InvalidValue", FindingSeverity severity = FindingSeverity.Error) =>
        Add(code, $"Setting '{key}' of {Whose} {complaint.TrimEnd('.')}.", advice, key, severity);

    public void FailTarget(string complaint, string? advice = null) =>
        Add("InvalidTarget", $"The target '{SecretText.RedactTarget(definition.Kind, definition.Target)}' of {Whose} {complaint.TrimEnd('.')}.", advice, definition.Kind, FindingSeverity.Error);

    /// <summary>A fault of a setting, or of the target when there is no key.</summary>
    public void FailAt(string? key, string complaint, string? advice)
    {
        if (key is null)
        {
            FailTarget(complaint, advice);
        }
        else
        {
            Fail(key, complaint, advice);
        }
    }

    /// <summary>All findings, those about settings that nobody read included.</summary>
    public IReadOnlyList<GraphFinding> Complete()
    {
        foreach (var key in definition.Settings.Keys.Where(key => !known.Contains(key)))
        {
            var nearest = NearestName.Of(key, known);
            var advice = nearest is null ? $"It knows: {string.Join(", ", known.Order(StringComparer.Ordinal))}." : $"Did you mean '{nearest}'?";
            Add("UnknownKey", $"{Capital(Whose)} does not know the setting '{key}'.", advice, key, FindingSeverity.Error);
        }

        return [.. findings];
    }

    private string Whose => definition.Service is { Length: > 0 } service ? $"the {definition.Kind} probe of '{service}'" : $"the {definition.Kind} probe";

    /// <summary>Nothing is filled in, and a secret that is written out is not repeated.</summary>
    public string AsWritten(string key) => ForeignText.OneLine(SecretText.RedactSetting(key, Written(Find(key))), 80);

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Written(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private object? Find(string key)
    {
        known.Add(key);
        foreach (var (name, value) in definition.Settings)
        {
            if (string.Equals(name, key, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    private string Resolve(string key, string text) => Resolve(key, text, SecretResolver.Resolve);

    private string Resolve(string key, string text, Func<string, string> resolver)
    {
        try
        {
            return resolver(text);
        }
        catch (OpsRestartException e)
        {
            Add("MissingSecret", $"'{key}' of {Whose}: {e.Message}", e.Advice, key, FindingSeverity.Error);
            return text;
        }
    }

    // A setting may be read twice (validation of one by another); its fault is told once.
    private void Add(string code, string message, string? advice, string key, FindingSeverity severity)
    {
        if (!findings.Exists(f => f.Message == message))
        {
            findings.Add(new GraphFinding { Severity = severity, Code = code, Message = message, Advice = advice, Target = key, Line = definition.Line });
        }
    }
}
