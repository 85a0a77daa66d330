using System.Globalization;
using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Amqp;

/// <summary>Parses broker addresses. System.Uri can't: passwords hold '@' and '/', kombu writes lists, and <c>//</c> is a virtual host.</summary>
internal static partial class AmqpAddress
{
    public static bool Understands(string address) => Scheme().IsMatch(address);

    public static AmqpEndpoint Parse(string address, Func<string, string> resolve)
    {
        if (!Understands(address))
        {
            throw Invalid(address, "it does not begin with amqp:// or amqps://");
        }

        var parts = Next().Split(address).Where(static a => a.Length > 0).Select(a => Split(a, resolve)).ToList();
        var first = parts[0];
        return new AmqpEndpoint
        {
            Hosts = [.. parts.Select(p => Host(p.Place, p.Tls, address))],
            Tls = first.Tls,
            TlsOptions = Tls(first),
            User = first.User.Length > 0 ? first.User : "guest",
            Password = first.User.Length > 0 ? first.Password : "guest",
            VirtualHost = first.Path.Length > 0 ? first.Path : "/",
        };
    }

    private static Parts Split(string one, Func<string, string> resolve)
    {
        var scheme = Scheme().Match(one);
        var rest = one[scheme.Length..];
        var at = rest.LastIndexOf('@');
        var (login, place) = at < 0 ? ("", rest) : (rest[..at], rest[(at + 1)..]);
        var (beforeQuery, query) = Cut(place, place.IndexOf('?', StringComparison.Ordinal));
        var (host, path) = Cut(beforeQuery, beforeQuery.IndexOf('/', StringComparison.Ordinal));
        var (user, password) = Cut(login, ColonOutsidePlaceholder(login));
        string Text(string part) => resolve(Uri.UnescapeDataString(part));
        return new Parts(scheme.Groups["tls"].Length > 0, Text(user), Text(password), Text(host), Text(path), Query(query, Text));
    }

    private static AmqpHost Host(string text, bool tls, string address)
    {
        var colon = text.LastIndexOf(':');
        var name = colon > text.LastIndexOf(']') ? text[..colon] : text;
        var port = name.Length < text.Length - 1 ? text[(name.Length + 1)..] : "";
        var number = tls ? AmqpEndpoint.DefaultTlsPort : AmqpEndpoint.DefaultPort;
        if (port.Length > 0 && (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is < 1 or > 65535))
        {
            throw Invalid(address, $"'{port}' is no port");
        }

        name = name.Trim('[', ']');
        return new AmqpHost(name.Length == 0 ? "localhost" : name, number);
    }

    private static AmqpTlsOptions Tls(Parts parts)
    {
        string? Of(params string[] names) => names.Select(n => parts.Query.GetValueOrDefault(n)).FirstOrDefault(static v => v is not null);
        var check = Of("verify", "ssl_cert_reqs") ?? "";
        return new AmqpTlsOptions
        {
            Verify = !check.EndsWith("none", StringComparison.OrdinalIgnoreCase),
            AuthorityFile = Of("cacertfile", "ssl_ca_certs"),
            CertificateFile = Of("certfile", "ssl_certfile"),
            KeyFile = Of("keyfile", "ssl_keyfile"),
        };
    }

    private static Dictionary<string, string> Query(string query, Func<string, string> text) =>
        query.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(static p => Cut(p, p.IndexOf('=', StringComparison.Ordinal)))
            .GroupBy(static p => p.Before, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(static g => g.Key, g => text(g.Last().After), StringComparer.OrdinalIgnoreCase);

    private static int ColonOutsidePlaceholder(string login)
    {
        var depth = 0;
        for (var i = 0; i < login.Length; i++)
        {
            depth += login[i] == '{' ? 1 : login[i] == '}' ? -1 : 0;
            if (login[i] == ':' && depth == 0)
            {
                return i;
            }
        }

        return -1;
    }

    private static (string Before, string After) Cut(string text, int at) => at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);

    private static OpsRestartException Invalid(string address, string why) => new(
        OpsError.InvalidArgument,
        $"'{SecretText.Redact(address)}' is not a usable RabbitMQ address: {why}.",
        SecretText.Redact(address),
        "Write amqp://user:password@host:5672/vhost or amqps://…; the password better as ${env:NAME} or ${file:/path}.");

    [GeneratedRegex("^(?:py)?amqp(?<tls>s?)://", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();

    [GeneratedRegex(";(?=(?:py)?amqps?://)|;$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Next();

    private sealed record Parts(bool Tls, string User, string Password, string Place, string Path, Dictionary<string, string> Query);
}
