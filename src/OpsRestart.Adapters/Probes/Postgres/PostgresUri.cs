using System.Text;
using Npgsql;

namespace OpsRestart.Adapters.Probes.Postgres;

/// <summary>
/// Reads connection texts as libpq takes them (postgresql.org, "Connection Strings"):
/// <c>postgres://user:password@host:port/db?host=/run/postgresql&amp;sslmode=require</c>, several hosts, empty parts, percent escapes, and
/// <c>host=… user=…</c> pairs; and Npgsql's own <c>Host=…;Username=…</c>.
/// </summary>
internal static partial class PostgresUri
{
    /// <summary>libpq's words that Npgsql calls otherwise.</summary>
    private static readonly Dictionary<string, string> Keywords = new(StringComparer.OrdinalIgnoreCase)
    {
        ["user"] = "Username",
        ["dbname"] = "Database",
        ["hostaddr"] = "Host",
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["application_name"] = "Application Name",
        ["options"] = "Options",
        ["passfile"] = "Passfile",
        ["target_session_attrs"] = "Target Session Attributes",
        ["client_encoding"] = "Client Encoding",
    };

    /// <summary>Settings of libpq that make no difference to one short connection.</summary>
    private static readonly HashSet<string> Ignored = new(StringComparer.OrdinalIgnoreCase)
    {
        "connect_timeout",
        "keepalives",
        "keepalives_idle",
        "keepalives_interval",
        "keepalives_count",
        "tcp_user_timeout",
        "fallback_application_name",
    };

    /// <exception cref="FormatException">The text can't be read; the message says why, without the text.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            return
                text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
                || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase)
                ? OfUri(text)
                : OfPairs(text);
        }
        catch (Exception e)
            when (e is ArgumentException or KeyNotFoundException or InvalidCastException or OverflowException or UriFormatException)
        {
            // Npgsql repeats what it was given, and that may be a part of a password.
            throw new FormatException("it has a setting that is unknown, or a value that its setting can't have");
        }
    }

    private static NpgsqlConnectionStringBuilder OfUri(string text)
    {
        var builder = new NpgsqlConnectionStringBuilder();
        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        (rest, var query) = Cut(rest, '?');
        (var authority, var database) = Cut(rest, '/');
        var at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            var (user, password) = Cut(authority[..at], ':');
            Set(builder, "Username", Unescape(user));
            Set(builder, "Password", Unescape(password));
        }

        if (!AddressParts.IsPlace(authority[(at + 1)..]))
        {
            throw new FormatException(
                "its host and port can't be told from the password: write the password's '/', '?' and '#' as %2F, %3F and %23"
            );
        }

        SetHosts(builder, authority[(at + 1)..]);
        Set(builder, "Database", Unescape(database));
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = Cut(pair, '=');
            SetKeyword(builder, Unescape(key), Unescape(value));
        }

        return builder;
    }

    // libpq writes pairs with blanks between them, Npgsql with semicolons.
    private static NpgsqlConnectionStringBuilder OfPairs(string text)
    {
        if (!text.Contains('='))
        {
            throw new FormatException("it is neither postgres://user@host/database nor host=… user=… pairs");
        }

        if (text.Contains(';') || text.Count(static c => c == '=') == 1)
        {
            return new NpgsqlConnectionStringBuilder(text);
        }

        var builder = new NpgsqlConnectionStringBuilder();
        foreach (var (key, value) in PostgresPairs.Read(text))
        {
            SetKeyword(builder, key, value);
        }

        return builder;
    }

    private static void SetHosts(NpgsqlConnectionStringBuilder builder, string text)
    {
        var hosts = text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Unescape).ToList();
        if (hosts is [var single])
        {
            var colon = single.LastIndexOf(':');
            var hasPort = colon > single.LastIndexOf(']');
            Set(builder, "Host", (hasPort ? single[..colon] : single).Trim('[', ']'));
            Set(builder, "Port", hasPort ? single[(colon + 1)..] : "");
        }
        else
        {
            Set(builder, "Host", string.Join(',', hosts));
        }
    }

    private static void SetKeyword(NpgsqlConnectionStringBuilder builder, string key, string value)
    {
        if (Ignored.Contains(key))
        {
            return;
        }

        // libpq: sslmode=verify-ca; Npgsql: VerifyCA.
        var sslMode = key.Equals("sslmode", StringComparison.OrdinalIgnoreCase);
        try
        {
            Set(builder, Keywords.GetValueOrDefault(key, key), sslMode ? value.Replace("-", "", StringComparison.Ordinal) : value);
        }
        catch (Exception e) when (e is ArgumentException or KeyNotFoundException or InvalidCastException)
        {
            // After a password that holds '&' or a blank, its rest looks like a setting.
            throw new FormatException(
                string.IsNullOrEmpty(builder.Password) && Word().IsMatch(key)
                    ? $"'{key}' is no setting, or not with this value"
                    : "a setting is unknown, or its value"
            );
        }
    }

    private static void Set(NpgsqlConnectionStringBuilder builder, string key, string value)
    {
        if (value.Length > 0)
        {
            builder[key] =
                key != "Port" ? value
                : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535 ? port
                : throw new FormatException(AddressParts.WrongPort(value));
        }
    }

    private static (string Before, string After) Cut(string text, char at) =>
        text.IndexOf(at) is >= 0 and var i ? (text[..i], text[(i + 1)..]) : (text, "");

    [System.Text.RegularExpressions.GeneratedRegex("^[a-z_]{1,30}$")]
    private static partial System.Text.RegularExpressions.Regex Word();

    private static string Unescape(string text) => Uri.UnescapeDataString(text);
}

/// <summary>
/// libpq's <c>keyword = value</c> texts: blanks around the equals sign, values in single quotes, backslash before a quote or backslash.
/// </summary>
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
