using System.Text;
using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Wire;

/// <summary>Makes what somebody else said fit into a sentence.</summary>
internal static partial class ForeignText
{
    /// <summary>More is not even looked at.</summary>
    private const int Most = 64 * 1024;

    /// <summary>
    /// One line of at most <paramref name="limit"/> characters, without passwords, control characters and halves of characters.
    /// </summary>
    public static string OneLine(string text, int limit = 200)
    {
        text = text.Length > Most ? text[..Most] : text;
        var whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        var line = SecretText.Redact(Space().Replace(whole, " ").Trim());
        return line.Length <= limit ? line : line[..(limit - (char.IsHighSurrogate(line[limit - 2]) ? 2 : 1))] + "…";
    }

    /// <summary>A code that somebody else gave, fit to be compared with and shown; a text that is no code gives another word.</summary>
    public static string Word(string text, string otherwise) => Code().IsMatch(text) ? text : otherwise;

    [GeneratedRegex(@"\A[\w.\-]{1,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Code();

    // Cf too: what turns the direction of writing is shown to nobody.
    [GeneratedRegex(@"[\s\p{Cc}\p{Cf}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Space();
}
