using System.Text;
using System.Text.RegularExpressions;

namespace OpsRestart.Core.Graph;

/// <summary>Names as people give them: with wildcards, or almost right.</summary>
public static class NameMatch
{
    /// <summary>Whether it has a wildcard: <c>*</c>, <c>?</c> or <c>[…]</c>.</summary>
    public static bool IsPattern(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.AsSpan().IndexOfAny('*', '?', '[') >= 0;
    }

    /// <summary>Shell-style match of the whole name: <c>*</c>, <c>?</c>, <c>[abc]</c>, <c>[!abc]</c>. Case counts, as it does in unit names.</summary>
    public static bool Matches(string name, string pattern)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(pattern);
        return IsPattern(pattern) ? Regex.IsMatch(name, ToRegex(pattern), RegexOptions.CultureInvariant | RegexOptions.Singleline) : name == pattern;
    }

    /// <summary>The candidate that the name was probably meant to be, or null when none is near.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidates);
        var best = candidates
            .Select(c => (Name: c, Distance: Distance(name.ToUpperInvariant(), c.ToUpperInvariant())))
            .OrderBy(static c => c.Distance)
            .FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(1, name.Length / 3) ? best.Name : null;
    }

    private static string ToRegex(string pattern)
    {
        var text = new StringBuilder("^");
        for (var i = 0; i < pattern.Length; i++)
        {
            var end = pattern[i] == '[' ? pattern.IndexOf(']', Math.Min(i + 2, pattern.Length)) : -1;
            if (end > 0)
            {
                var set = pattern[(i + 1)..end];
                var negated = set[0] is '!' or '^';
                text.Append('[').Append(negated ? "^" : "").Append((negated ? set[1..] : set).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal)).Append(']');
                i = end;
                continue;
            }

            text.Append(pattern[i] switch
            {
                '*' => ".*",
                '?' => ".",
                var c => Regex.Escape(c.ToString()),
            });
        }

        return text.Append('$').ToString();
    }

    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(change, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[b.Length];
    }
}
