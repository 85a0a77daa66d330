using System.Text;
using System.Text.RegularExpressions;

namespace OpsRestart;

/// <summary>
/// One address of the form <c>scheme://user:password@host/path?name=value</c>, taken apart as it is written in the field: System.Uri can't,
/// since passwords hold '@', '/', '?' and ';', brokers come in lists, and secrets stand as <c>${env:NAME}</c>. The parts are as written,
/// percent-encoding and all.
/// </summary>
internal sealed partial record AddressParts(
    string Scheme,
    string User,
    string Password,
    string Host,
    string Path,
    IReadOnlyList<(string Name, string Value)> Query
)
{
    private const char FirstMask = '\uE000';
    private const char LastMask = '\uF8FF';

    private static readonly HashSet<string> Public = new(StringComparer.OrdinalIgnoreCase)
    {
        "db",
        "virtual_host",
        "master_name",
        "username",
        "sentinel_username",
        "user",
        "host",
        "hostaddr",
        "port",
        "dbname",
        "sslmode",
        "sslrootcert",
        "sslcert",
        "sslkey",
        "ssl_cert_reqs",
        "ssl_ca_certs",
        "ssl_certfile",
        "ssl_keyfile",
        "cacertfile",
        "certfile",
        "keyfile",
        "verify",
        "heartbeat",
        "application_name",
        "connect_timeout",
        "target_session_attrs",
        "client_encoding",
        "channel_binding",
        "keepalives",
        "keepalives_idle",
        "keepalives_interval",
        "keepalives_count",
        "tcp_user_timeout",
        "fallback_application_name",
        "server",
        "database",
        "user id",
        "ssl mode",
        "root certificate",
        "timeout",
        "pooling",
    };

    /// <summary>Several in one text: with ';' before the next scheme, as kombu writes clusters; with ',' as tcp targets do.</summary>
    public static IReadOnlyList<string> List(string text)
    {
        var list = new List<string>();
        foreach (var one in Next().Split(text).Where(static a => a.Length > 0))
        {
            // What ends in the middle of a login is no address yet: that ';' belongs to a password.
            if (list.Count > 0 && Split(list[^1]) is { } before && !Place().IsMatch(before.Host))
            {
                list[^1] += ";" + one;
            }
            else
            {
                list.Add(one);
            }
        }

        return list;
    }

    /// <summary>Null: it has no scheme.</summary>
    public static AddressParts? Split(string address)
    {
        var (masked, references) = Mask(address);
        if (SchemeOf().Match(masked) is not { Success: true } scheme)
        {
            return null;
        }

        string Whole(string part) => Unmask(part, references);
        var name = scheme.Groups[1].Value.ToLowerInvariant();
        var rest = masked[scheme.Length..];
        var question = QueryStart(rest, name);
        var (beforeQuery, query) = (rest[..question], question < rest.Length ? rest[(question + 1)..] : "");
        var at = LoginEnd(beforeQuery, name);
        var (login, place) = at < 0 ? ("", beforeQuery) : (beforeQuery[..at], beforeQuery[(at + 1)..]);
        var (user, password) = Cut(login, ':');
        var slash = place.IndexOf('/', StringComparison.Ordinal);
        var (host, path) = slash < 0 ? (place, "") : (place[..slash], place[slash..]);
        return new AddressParts(
            name,
            Whole(user),
            Whole(password),
            Whole(host),
            Whole(path),
            [
                .. query
                    .Split('&', StringSplitOptions.RemoveEmptyEntries)
                    .Select(p => Cut(p, '='))
                    .Select(p => (Whole(p.Before), Whole(p.After))),
            ]
        );
    }

    public static bool HasScheme(string text) => SchemeOf().IsMatch(text);

    /// <summary>Whether these can be hosts, with ports or without.</summary>
    public static bool IsPlace(string hosts) => Place().IsMatch(hosts);

    /// <summary>Its query holds a secret.</summary>
    public bool HasSecretParameter => Query.Any(static q => IsSecret(q.Name));

    /// <summary>Whether a parameter of that name holds a secret.</summary>
    public static bool IsSecret(string name) => SecretName().IsMatch(name);

    /// <summary>Whether a parameter of that name is known to hold none.</summary>
    public static bool IsPublic(string name) => Public.Contains(name);

    /// <summary>As it may be shown: the password is ***, and what can't be told from a part of one is left out.</summary>
    public string Shown
    {
        get
        {
            var isPlace = Place().IsMatch(Host);
            var text = new StringBuilder($"{Scheme}://");
            if (User.Length + Password.Length > 0)
            {
                text.Append(Plain().IsMatch(User) ? User : "…").Append(Password.Length == 0 ? "" : ":" + Hidden(Password)).Append('@');
            }

            text.Append(isPlace ? Host : "…")
                .Append(
                    !isPlace || Path.Length == 0 ? ""
                    : Plain().IsMatch(Path) ? Path
                    : "/…"
                );
            return text.Append(isPlace ? ShownQuery() : "").ToString();
        }
    }

    /// <summary>A reference stays what it is, everything else is ***.</summary>
    public static string Hidden(string secret) => References().Replace(secret, "").Length == 0 ? secret : "***";

    /// <summary>Why a port is none. What is no number may be a part of a password, and is not repeated.</summary>
    public static string WrongPort(string port) =>
        port.Length < 8 && port.All(char.IsAsciiDigit) ? $"{port} is no port" : "its port is no number";

    private string ShownQuery()
    {
        var shown = new List<string>();
        foreach (var (name, value) in Query)
        {
            if (IsSecret(name))
            {
                // What follows may be the rest of one that holds '&'.
                shown.Add($"{name}={Hidden(value)}");
                break;
            }

            if (IsPublic(name) || (IsWeb(Scheme) && Plain().IsMatch(name)))
            {
                shown.Add(value.Length == 0 ? name : $"{name}={(Plain().IsMatch(value) ? value : "…")}");
            }
        }

        return shown.Count == 0 ? "" : "?" + string.Join('&', shown);
    }

    // A '?' may be a password's. It begins the query when no '@' follows, when a name that is known does, and in a URL after its host.
    private static int QueryStart(string rest, string scheme)
    {
        var last = rest.LastIndexOf('@');
        for (var at = rest.IndexOf('?', StringComparison.Ordinal); at >= 0; at = rest.IndexOf('?', at + 1))
        {
            var name = Cut(rest[(at + 1)..], '=').Before;
            if (at > last || IsPublic(name) || IsSecret(name) || (IsWeb(scheme) && HasPlace(rest[..at])))
            {
                return at;
            }
        }

        return rest.Length;
    }

    // In a URL a later '@' is the path's own, /@me; unless what stands before the path is no host: then that '/' belongs to a password.
    private static int LoginEnd(string rest, string scheme)
    {
        var last = rest.LastIndexOf('@');
        return last < 0 || !IsWeb(scheme) || !HasPlace(rest) ? last : Authority(rest).LastIndexOf('@');
    }

    private static bool HasPlace(string rest) =>
        Authority(rest) is var authority && Place().IsMatch(authority[(authority.LastIndexOf('@') + 1)..]);

    private static string Authority(string rest) => rest.AsSpan().IndexOfAny('/', '#') is >= 0 and var end ? rest[..end] : rest;

    private static bool IsWeb(string scheme) => scheme is "http" or "https" or "ws" or "wss";

    private static (string Before, string After) Cut(string text, char at) =>
        text.IndexOf(at, StringComparison.Ordinal) is >= 0 and var i ? (text[..i], text[(i + 1)..]) : (text, "");

    // References hold ':' and '/' themselves: each is one character of no other meaning while the text is cut. Such a character of the
    // text's own likewise.
    private static (string Masked, IReadOnlyList<string> References) Mask(string text)
    {
        var found = new List<string>();
        var masked = Opaque()
            .Replace(
                text,
                m =>
                {
                    if (found.Count > LastMask - FirstMask)
                    {
                        return m.Value;
                    }

                    found.Add(m.Value);
                    return ((char)(FirstMask + found.Count - 1)).ToString();
                }
            );
        return (masked, found);
    }

    private static string Unmask(string part, IReadOnlyList<string> references) =>
        string.Concat(
            part.Select(c =>
                c is >= FirstMask and <= LastMask && c - FirstMask < references.Count ? references[c - FirstMask] : c.ToString()
            )
        );

    [GeneratedRegex(@"^([a-z][a-z0-9+.\-]*)://", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SchemeOf();

    [GeneratedRegex(@";(?=[a-z][a-z0-9+.\-]*://)|;\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Next();

    [GeneratedRegex(@"\$\{(?:env|file):[^}]+\}", RegexOptions.CultureInvariant)]
    private static partial Regex References();

    [GeneratedRegex(@"\$\{(?:env|file):[^}]+\}|[\uE000-\uF8FF]", RegexOptions.CultureInvariant)]
    private static partial Regex Opaque();

    // pass, passwd, password, passphrase; token, secret, key, signature and what ends with them.
    [GeneratedRegex(
        @"(?:pass(?:w(?:or)?d|phrase)?|pwd|token|secret|credentials?|bearer|(?:^|[_\-.])(?:api|access|private|auth)?[_\-.]?key|(?:^|[_\-.])sig(?:nature)?|auth(?:orization)?|cookie)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex SecretName();

    // Hosts with ports, several with commas; sockets' folders percent-encoded.
    [GeneratedRegex(
        @"^(?:(?:(?:[\w.\-%*\uE000-\uF8FF]|\$\{(?:env|file):[^}]+\})*|\[[\da-fA-F:.%]+\])(?::(?:\d{0,5}|[\uE000-\uF8FF]|\$\{(?:env|file):[^}]+\}))?(?:,(?!$)|$))*$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Place();

    [GeneratedRegex(@"^[\w./:\-%,+*~${}\[\]]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
