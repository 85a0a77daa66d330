using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace OpsRestart.Parameters;

internal static class SettingMap
{
    /// <summary>A hashtable as a map of text, as graph files have it; null when there is none.</summary>
    public static IReadOnlyDictionary<string, object?>? Of(IDictionary? table)
    {
        if (table is null)
        {
            return null;
        }

        var map = new Dictionary<string, object?>();
        foreach (DictionaryEntry entry in table)
        {
            map[Text(entry.Key)] = Text(entry.Value);
        }

        return map;
    }

    private static string Text(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        bool flag => flag ? "true" : "false",
        var other => Convert.ToString(other, CultureInfo.InvariantCulture) ?? "",
    };
}
