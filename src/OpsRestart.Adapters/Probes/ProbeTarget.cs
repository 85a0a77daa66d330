using System.Text;
using System.Text.RegularExpressions;
using OpsRestart.Adapters.Secrets;

namespace OpsRestart.Adapters.Probes;

/// <summary>
/// Fills secrets into a target. Inside a URI's <c>user:password@</c> a value is percent-encoded, so that a password with <c>@</c> or <c>/</c>
/// stays a password; elsewhere, as for a whole URI in one variable, it is taken as it is.
/// </summary>
internal static partial class ProbeTarget
{
    /// <exception cref="OpsRestartException">A variable is not set or a file can't be read.</exception>
    public static string Resolve(string text)
    {
        var (from, to) = UserInfo(text);
        var result = new StringBuilder();
        var at = 0;
        foreach (Match reference in Reference().Matches(text))
        {
            var value = SecretResolver.Resolve(reference.Value);
            var inside = reference.Index >= from && reference.Index < to;
            result.Append(text, at, reference.Index - at).Append(inside ? Uri.EscapeDataString(value) : value);
            at = reference.Index + reference.Length;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }

    // References may hold '/' themselves: look at the text with them masked.
    private static (int From, int To) UserInfo(string text)
    {
        var masked = Reference().Replace(text, static m => new string('x', m.Length));
        var scheme = masked.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return (0, 0);
        }

        var slash = masked.IndexOf('/', scheme + 3);
        var at = masked.LastIndexOf('@', slash < 0 ? masked.Length - 1 : slash);
        return at > scheme ? (scheme + 3, at) : (0, 0);
    }

    [GeneratedRegex(@"\$\{(?:env|file):[^}]+\}", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
