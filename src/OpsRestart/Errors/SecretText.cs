using System.Text.RegularExpressions;

namespace OpsRestart;

/// <summary>
/// Keeps passwords out of everything that is shown. What is known to be an address is taken apart (<see cref="RedactAddress"/>); in a text
/// of any other kind passwords can only be guessed at (<see cref="Redact"/>).
/// </summary>
public static partial class SecretText
{
    private static readonly HashSet<string> NoAddress = new(StringComparer.OrdinalIgnoreCase) { "log", "sql", "exec", "disk", "memory" };

    /// <summary>
    /// Replaces the password of each URI in the text, and password-like query and connection-string values, by <c>***</c>.
    /// </summary>
    public static string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return PasswordSetting().Replace(UriPassword().Replace(text, "${head}***@"), "${head}***");
    }

    /// <summary>
    /// An address of whatever kind (a URI or several, <c>host=… password=…</c>, <c>host:port</c>) with every secret as <c>***</c>,
    /// references such as
    /// <c>${env:NAME}</c> as they are, and without what may be a part of a secret: of an address that can't be read, no more than scheme
    /// and host.
    /// </summary>
    public static string RedactAddress(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var text = address.Trim();
        if (Reference().IsMatch(text))
        {
            return text;
        }

        return text.StartsWith("tcp://", StringComparison.OrdinalIgnoreCase) ? "tcp://" + RedactPlaces(text["tcp://".Length..])
            : AddressParts.HasScheme(text) ? RedactList(text)
            : text.Contains('=') ? RedactPairs(text)
            : RedactPlaces(text);
    }

    /// <summary>The target of a probe: an address, or for kinds that have none (log, sql, exec, disk, memory) a text.</summary>
    public static string RedactTarget(string kind, string target) => NoAddress.Contains(kind) ? Redact(target) : RedactAddress(target);

    /// <summary>The value of a setting of that name: a secret is ***, an address is without its own.</summary>
    public static string RedactSetting(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return AddressParts.IsSecret(name) ? AddressParts.Hidden(value)
            : AddressParts.HasScheme(value) && RedactAddress(value) is var shown && shown.Contains("***", StringComparison.Ordinal) ? shown
            : Redact(value);
    }

    /// <summary>One argument of a command: <c>--password=…</c> is *** to its end, whatever it holds.</summary>
    public static string RedactArgument(string argument)
    {
        ArgumentNullException.ThrowIfNull(argument);
        return !AddressParts.HasScheme(argument) && argument.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
            ? $"{argument[..at]}={RedactSetting(argument[..at], argument[(at + 1)..])}"
            : RedactSetting("", argument);
    }

    /// <summary>
    /// The target of a probe or the address of a broker as it may be written into a file: the same, unless it holds a secret that is
    /// written out.
    /// </summary>
    public static string WithoutSecrets(string kind, string target)
    {
        var shown = RedactTarget(kind, target);
        return shown.Contains("***", StringComparison.Ordinal) || (shown.Contains('…') && PasswordSetting().IsMatch(target))
            ? shown
            : target;
    }

    // After a parameter that holds a secret, the next address may be the rest of it.
    private static string RedactList(string text)
    {
        var shown = new List<string>();
        foreach (var one in AddressParts.List(text).Select(AddressParts.Split))
        {
            shown.Add(one?.Shown ?? "…");
            if (one is not { HasSecretParameter: false })
            {
                break;
            }
        }

        return string.Join(';', shown);
    }

    // host:port and paths of sockets, several with commas. A login, which has no meaning here, reaches to the last '@'.
    private static string RedactPlaces(string text)
    {
        var at = text.LastIndexOf('@');
        var login = at < 0 ? [] : text[..at].Split(':', 2);
        var password =
            login is [_, { Length: > 0 }] ? ":***"
            : login.Length > 1 ? ":"
            : "";
        return (login.Length == 0 ? "" : $"{Shown(login[0])}{password}@") + string.Join(",", text[(at + 1)..].Split(',').Select(Shown));

        static string Shown(string place) => PlainPlace().IsMatch(place) ? place : "…";
    }

    // libpq's pairs with blanks between them, or ADO's with semicolons. What is no pair is a part of the value before it.
    private static string RedactPairs(string text)
    {
        var separator = text.Contains(';') ? ";" : " ";
        var pairs = (separator == ";" ? AdoPair() : LibpqPair()).Matches(text);
        var shown = pairs
            .Select(static p => (Name: p.Groups["name"].Value.Trim(), Value: p.Groups["value"].Value.Trim()))
            .Where(static p => AddressParts.IsSecret(p.Name) || AddressParts.IsPublic(p.Name))
            .Select(static p =>
                $"{p.Name}="
                + (
                    AddressParts.IsSecret(p.Name) ? AddressParts.Hidden(p.Value)
                    : PlainValue().IsMatch(p.Value) ? p.Value
                    : "…"
                )
            )
            .ToList();
        return shown.Count == 0 ? "…" : string.Join(separator, shown);
    }

    // The password may itself hold '@' or '/', so it reaches to the last '@' before white space, a quote or the end.
    [GeneratedRegex(@"(?<head>[a-zA-Z][a-zA-Z0-9+.\-]*://[^\s:/@'""]*:)(?!\$\{)[^\s'""]*(?=@)@", RegexOptions.CultureInvariant)]
    private static partial Regex UriPassword();

    // Names end with these words (sentinel_password, REDIS_PASSWORD), and values may be quoted.
    [GeneratedRegex(
        @"(?<head>(?:password|passwd|pwd|token|secret)\s*=\s*)(?!\$\{)(?:""[^""]*""|'[^']*'|[^\s;&'""]+)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex PasswordSetting();

    [GeneratedRegex(@"^\$\{(?:env|file):[^}]+\}$", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    [GeneratedRegex(
        @"^\s*(?:(?:unix:(?://)?)?/[\w./\-%]*|(?:[\w.\-%*]|\$\{(?:env|file):[^}]+\})*(?::\d{0,5})?|\[[\da-fA-F:.%]+\](?::\d{0,5})?)\s*$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex PlainPlace();

    [GeneratedRegex(@"^(?:[\w./\-%:,@ *\[\]]|'[\w./\-%:,@ *\[\]]*'|\$\{(?:env|file):[^}]+\})*$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainValue();

    [GeneratedRegex(
        @"(?:^|(?<=\s))(?<name>[a-zA-Z_]\w*)\s*=\s*(?<value>'(?:\\.|[^'\\])*'|(?:\\.|[^\s\\])*)",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex LibpqPair();

    [GeneratedRegex(
        @"(?:^|;)\s*(?<name>[a-zA-Z_][\w ]*?)\s*=(?<value>\s*'(?:''|[^'])*'\s*(?=;|$)|\s*""(?:""""|[^""])*""\s*(?=;|$)|[^;]*)",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex AdoPair();
}
