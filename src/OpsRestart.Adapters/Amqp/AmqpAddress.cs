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

        var parts = AddressParts.List(address).Select(a => AddressParts.Split(a) is { } one && Understands(a) ? one : throw Invalid(address, "one of the list is none")).ToList();
        var first = parts[0];
        string Text(string part) => resolve(Uri.UnescapeDataString(part));
        var (user, password) = (Text(first.User), Text(first.Password));
        var path = Text(first.Path.Length > 0 ? first.Path[1..] : "");
        return new AmqpEndpoint
        {
            Hosts = [.. parts.Select(p => Host(Text(p.Host), IsTls(p), address))],
            Tls = IsTls(first),
            TlsOptions = Tls(first, Text),
            User = user.Length > 0 ? user : "guest",
            Password = user.Length > 0 ? password : "guest",
            VirtualHost = path.Length > 0 ? path : "/",
        };
    }

    private static bool IsTls(AddressParts parts) => parts.Scheme.EndsWith("amqps", StringComparison.Ordinal);

    private static AmqpHost Host(string text, bool tls, string address)
    {
        var colon = text.LastIndexOf(':');
        var name = colon > text.LastIndexOf(']') ? text[..colon] : text;
        var port = name.Length < text.Length - 1 ? text[(name.Length + 1)..] : "";
        var number = tls ? AmqpEndpoint.DefaultTlsPort : AmqpEndpoint.DefaultPort;
        if (port.Length > 0 && (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is < 1 or > 65535))
        {
            throw Invalid(address, AddressParts.WrongPort(port));
        }

        name = name.Trim('[', ']');
        return new AmqpHost(name.Length == 0 ? "localhost" : name, number);
    }

    private static AmqpTlsOptions Tls(AddressParts parts, Func<string, string> text)
    {
        string? Of(params string[] names) => parts.Query.Where(q => names.Contains(q.Name, StringComparer.OrdinalIgnoreCase)).Select(q => text(q.Value)).LastOrDefault();
        var check = Of("verify", "ssl_cert_reqs") ?? "";
        return new AmqpTlsOptions
        {
            Verify = !check.EndsWith("none", StringComparison.OrdinalIgnoreCase),
            AuthorityFile = Of("cacertfile", "ssl_ca_certs"),
            CertificateFile = Of("certfile", "ssl_certfile"),
            KeyFile = Of("keyfile", "ssl_keyfile"),
        };
    }

    private static OpsRestartException Invalid(string address, string why) => new(
        OpsError.InvalidArgument,
        $"'{SecretText.RedactAddress(address)}' is not a usable RabbitMQ address: {why}.",
        SecretText.RedactAddress(address),
        "Write amqp://user:password@host:5672/vhost or amqps://…; the password better as ${env:NAME} or ${file:/path}.");

    [GeneratedRegex("^(?:py)?amqps?://", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();
}
