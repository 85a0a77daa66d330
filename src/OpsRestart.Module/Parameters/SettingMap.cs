using System.Collections;
using System.Globalization;

namespace OpsRestart.Parameters;

internal static class SettingMap
{
    /// <summary>A hashtable as settings, as graph files have them; null when there is none.</summary>
    public static IReadOnlyDictionary<string, object?>? Of(IDictionary? table)
    {
        if (table is null)
        {
            return null;
        }

        var map = new Dictionary<string, object?>();
        foreach (DictionaryEntry entry in table)
        {
            map[Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? ""] = Bare(entry.Value);
        }

        return map;
    }

    private static object? Bare(object? value) =>
        (value is PSObject wrapped ? wrapped.BaseObject : value) switch
        {
            object?[] items => items.Select(Bare).ToArray(),
            var other => other,
        };
}
