using System.Collections;
using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Settings;

/// <summary>
/// Settings that belong to a kind of probe or a queue system, as written: text, a whole number (long), a number (double), a boolean, null,
/// a list, or a map of those. Each knows where it stands in its file.
/// </summary>
internal sealed partial class SettingMap : Dictionary<string, object?>
{
    // Far above any real setting; stops a hashtable that holds itself.
    private const int Deepest = 32;
    private readonly Dictionary<string, (int Line, int Column)> _places = new(StringComparer.Ordinal);

    private SettingMap()
        : base(StringComparer.Ordinal) { }

    public static SettingMap Of(IEnumerable<YamlEntry> entries)
    {
        var map = new SettingMap();
        foreach (var (key, value) in entries.Select(static e => (e.Key, e.Value)))
        {
            map.Add(key.Text, Of(value));
            map._places[key.Text] = (value.Line, value.Column);
        }

        return map;
    }

    /// <summary>The same with each text replaced.</summary>
    public static SettingMap Replace(IReadOnlyDictionary<string, object?> settings, Func<string, string> replace)
    {
        var map = new SettingMap();
        foreach (var (key, value) in settings)
        {
            map.Add(key, Replaced(value, replace));
            map._places[key] = PlaceOf(settings, key, 0);
        }

        return map;
    }

    /// <summary>The settings as they would be written, for a reader.</summary>
    public static YamlMap ToYaml(IReadOnlyDictionary<string, object?> settings, int line) =>
        new(
            [
                .. settings.Select(s =>
                {
                    var (at, column) = PlaceOf(settings, s.Key, line);
                    return new YamlEntry(new YamlScalar(s.Key, IsPlain: false, at, column), ToYaml(s.Value, at, column, 0));
                }),
            ],
            line,
            0
        );

    /// <summary>Whether a plain text would be read as something else than text.</summary>
    public static bool IsAmbiguous(string text) =>
        OfScalar(new YamlScalar(text, IsPlain: true, 0, 0)) is not string || Number().IsMatch(text);

    /// <summary>A number as it is written, so that it is read as one.</summary>
    public static string Fraction(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text;
    }

    private static (int Line, int Column) PlaceOf(IReadOnlyDictionary<string, object?> settings, string key, int line) =>
        settings is SettingMap map && map._places.TryGetValue(key, out var place) ? place : (line, 0);

    private static object? Replaced(object? value, Func<string, string> replace) =>
        value switch
        {
            string text => replace(text),
            string[] texts => texts.Select(replace).ToArray(),
            object?[] values => values.Select(v => Replaced(v, replace)).ToArray(),
            IReadOnlyDictionary<string, object?> map => Replace(map, replace),
            _ => value,
        };

    private static YamlItem ToYaml(object? value, int line, int column, int depth) =>
        value switch
        {
            _ when depth > Deepest => new YamlScalar("…", IsPlain: false, line, column),
            null => new YamlScalar("", IsPlain: true, line, column),
            string text => new YamlScalar(text, IsPlain: false, line, column),
            bool flag => new YamlScalar(flag ? "true" : "false", IsPlain: true, line, column),
            double number => new YamlScalar(Fraction(number), IsPlain: true, line, column),
            IDictionary map => new YamlMap(
                [
                    .. map
                        .Keys.Cast<object>()
                        .Select(k => new YamlEntry(
                            new YamlScalar(Convert.ToString(k, CultureInfo.InvariantCulture) ?? "", IsPlain: false, line, column),
                            ToYaml(map[k], line, column, depth + 1)
                        )),
                ],
                line,
                column
            ),
            IEnumerable items => new YamlList(
                [.. items.Cast<object?>().Select(item => ToYaml(item, line, column, depth + 1))],
                line,
                column
            ),
            _ => new YamlScalar(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", IsPlain: false, line, column),
        };

    private static object? Of(YamlItem item) =>
        item switch
        {
            YamlScalar scalar => OfScalar(scalar),
            YamlList { Items: var items } when items.All(static i => i is YamlScalar { IsNull: false }) => items
                .Select(static i => ((YamlScalar)i).Text)
                .ToArray(),
            YamlList list => list.Items.Select(Of).ToArray(),
            YamlMap map => Of(map.Entries),
            _ => null,
        };

    // A number that would be written in another way (1.10) is compared as text somewhere, and stays the text that it is.
    private static object? OfScalar(YamlScalar scalar) =>
        scalar switch
        {
            { IsNull: true } => null,
            { IsPlain: false } => scalar.Text,
            _ when bool.TryParse(scalar.Text, out var flag) => flag,
            _ when Whole().IsMatch(scalar.Text)
                    && long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
            _ when Number().IsMatch(scalar.Text)
                    && double.Parse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture) is var number
                    && Fraction(number) == scalar.Text => number,
            _ => scalar.Text,
        };

    [GeneratedRegex(@"^-?(?:0|[1-9][0-9]*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();

    [GeneratedRegex(@"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
