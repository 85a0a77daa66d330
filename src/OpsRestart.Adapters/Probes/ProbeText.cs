using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes;

/// <summary>Makes what a server said fit into a sentence.</summary>
internal static partial class ProbeText
{
    /// <summary>One line of at most <paramref name="limit"/> characters, without passwords.</summary>
    public static string OneLine(string text, int limit = 200)
    {
        var line = SecretText.Redact(Space().Replace(text, " ").Trim());
        return line.Length <= limit ? line : string.Concat(line.AsSpan(0, limit - 1), "…");
    }

    [GeneratedRegex(@"[\s\p{Cc}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Space();
}
