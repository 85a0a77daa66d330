using System.Text;

namespace OpsRestart.Adapters.Probes.Postgres;

/// <summary>libpq's <c>keyword = value</c> texts: blanks around the equals sign, values in single quotes, backslash before a quote or backslash.</summary>
internal static class PostgresPairs
{
    /// <exception cref="FormatException">A quote is not closed, or a keyword has no value.</exception>
    public static IEnumerable<(string Key, string Value)> Read(string text)
    {
        var at = 0;
        while (SkipBlanks(text, ref at))
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0)
            {
                throw new FormatException("a keyword has no '=' and value");
            }

            var key = text[at..equals].Trim();
            at = equals + 1;
            SkipBlanks(text, ref at);
            yield return (key, ReadValue(text, ref at));
        }
    }

    private static bool SkipBlanks(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at < text.Length;
    }

    private static string ReadValue(string text, ref int at)
    {
        var quoted = at < text.Length && text[at] == '\'';
        var value = new StringBuilder();
        for (at += quoted ? 1 : 0; at < text.Length; at++)
        {
            if (quoted ? text[at] == '\'' : char.IsWhiteSpace(text[at]))
            {
                at++;
                return value.ToString();
            }

            at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
            value.Append(text[at]);
        }

        return quoted ? throw new FormatException("a quote is not closed") : value.ToString();
    }
}
