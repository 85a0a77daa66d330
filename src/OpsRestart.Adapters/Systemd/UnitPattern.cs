using System.Text;
using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Systemd;

/// <summary>Shell patterns as systemd matches unit names with them (fnmatch): * ? [a-c] [!a-c].</summary>
internal static class UnitPattern
{
    public static bool IsMatch(string pattern, string id) => Regex.IsMatch(id, ToRegex(pattern), RegexOptions.CultureInvariant | RegexOptions.Singleline);

    private static string ToRegex(string pattern)
    {
        var regex = new StringBuilder("^");
        for (var i = 0; i < pattern.Length; i++)
        {
            var end = pattern[i] == '[' ? pattern.IndexOf(']', i + 2 < pattern.Length ? i + 2 : i) : -1;
            if (end > 0)
            {
                var set = pattern[(i + 1)..end].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal);
                regex.Append('[').Append(set[0] == '!' ? "^" + set[1..] : set).Append(']');
                i = end;
                continue;
            }

            regex.Append(pattern[i] switch { '*' => ".*", '?' => ".", var c => Regex.Escape(c.ToString()) });
        }

        return regex.Append('$').ToString();
    }
}
