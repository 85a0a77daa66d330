using System.Text;
using System.Text.RegularExpressions;

namespace OpsRestart.Core.Text;

/// <summary>Names as people give them, with wildcards.</summary>
internal static class NameMatch
{
    /// <summary>Whether it has a wildcard: <c>*</c>, <c>?</c> or <c>[…]</c>.</summary>
    public static bool IsPattern(string name)
    {
        return name.AsSpan().IndexOfAny('*', '?', '[') >= 0;
    }

    /// <summary>
    /// Shell-style match of the whole name: <c>*</c>, <c>?</c>, <c>[abc]</c>, <c>[!abc]</c>. Case counts, as it does in unit names.
    /// </summary>
    public static bool Matches(string name, string pattern)
    {
        return IsPattern(pattern)
            ? Regex.IsMatch(name, ToRegex(pattern), RegexOptions.CultureInvariant | RegexOptions.Singleline)
            : name == pattern;
    }

    /// <summary>Names with their template sets expanded: <c>celery@{a,b}</c> is <c>celery@a</c> and <c>celery@b</c>.</summary>
    public static IEnumerable<string> Expand(IEnumerable<string> names) => names.SelectMany(Expand);

    private static IEnumerable<string> Expand(string name)
    {
        var open = name.IndexOf('{', StringComparison.Ordinal);
        var close = open < 0 ? -1 : name.IndexOf('}', open);
        if (close < 0)
        {
            return [name];
        }

        return name[(open + 1)..close]
            .Split(',', StringSplitOptions.TrimEntries)
            .SelectMany(part => Expand(name[..open] + part + name[(close + 1)..]));
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
                text.Append('[')
                    .Append(negated ? "^" : "")
                    .Append(
                        (negated ? set[1..] : set)
                            .Replace("\\", "\\\\", StringComparison.Ordinal)
                            .Replace("[", "\\[", StringComparison.Ordinal)
                    )
                    .Append(']');
                i = end;
                continue;
            }

            text.Append(
                pattern[i] switch
                {
                    '*' => ".*",
                    '?' => ".",
                    var c => Regex.Escape(c.ToString()),
                }
            );
        }

        return text.Append('$').ToString();
    }
}
