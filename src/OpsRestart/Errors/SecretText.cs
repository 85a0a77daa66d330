using System.Text.RegularExpressions;

namespace OpsRestart;

/// <summary>Keeps passwords out of everything that is shown.</summary>
public static partial class SecretText
{
    /// <summary>Replaces the password of each URI in the text, and password-like query and connection-string values, by <c>***</c>.</summary>
    public static string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return PasswordSetting().Replace(UriPassword().Replace(text, "${head}***@"), "${head}***");
    }

    // The password may itself hold '@' or '/', so it reaches to the last '@' before white space, a quote or the end.
    [GeneratedRegex(@"(?<head>[a-zA-Z][a-zA-Z0-9+.\-]*://[^\s:/@'""]*:)(?!\$\{)[^\s'""]*(?=@)@", RegexOptions.CultureInvariant)]
    private static partial Regex UriPassword();

    // Names end with these words (sentinel_password, REDIS_PASSWORD), and values may be quoted.
    [GeneratedRegex(@"(?<head>(?:password|passwd|pwd|token|secret)\s*=\s*)(?!\$\{)(?:""[^""]*""|'[^']*'|[^\s;&'""]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PasswordSetting();
}
