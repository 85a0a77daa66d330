using System.Globalization;
using System.Text.RegularExpressions;
using OpsRestart.Adapters.GraphFiles.Yaml;

namespace OpsRestart.Adapters.GraphFiles;

/// <summary>Settings that belong to a kind of probe or a queue system pass through as written; only YAML's own types are told apart.</summary>
internal static partial class SettingValue
{
    /// <summary>Text, a whole number (long), a number (double), a boolean, null, a list, or a map of those.</summary>
    public static object? Of(YamlItem item) => item switch
    {
        YamlScalar scalar => OfScalar(scalar),
        YamlList { Items: var items } when items.All(static i => i is YamlScalar { IsNull: false }) => items.Select(static i => ((YamlScalar)i).Text).ToArray(),
        YamlList list => list.Items.Select(Of).ToArray(),
        YamlMap map => map.Entries.ToDictionary(static e => e.Key.Text, static e => Of(e.Value), StringComparer.Ordinal),
        _ => null,
    };

    public static IReadOnlyDictionary<string, object?> Of(IEnumerable<YamlEntry> entries)
        => entries.ToDictionary(static e => e.Key.Text, static e => Of(e.Value), StringComparer.Ordinal);

    /// <summary>Whether a plain text would be read as something else than text.</summary>
    public static bool IsAmbiguous(string text) => OfScalar(new YamlScalar(text, IsPlain: true, 0, 0)) is not string;

    private static object? OfScalar(YamlScalar scalar) => scalar switch
    {
        { IsNull: true } => null,
        { IsPlain: false } => scalar.Text,
        { Text: "true" or "True" } => true,
        { Text: "false" or "False" } => false,
        _ when Whole().IsMatch(scalar.Text) && long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        _ when Fraction().IsMatch(scalar.Text) => double.Parse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture),
        _ => scalar.Text,
    };

    [GeneratedRegex(@"^-?(?:0|[1-9][0-9]*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();

    [GeneratedRegex(@"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Fraction();
}
