using System.Globalization;

namespace OpsRestart.Adapters.Redis;

/// <summary>Parses Redis addresses. System.Uri can't: passwords hold '@' and '/', kombu writes lists and socket schemes.</summary>
internal static class RedisAddress
{
    private static readonly string[] Schemes = ["redis://", "rediss://", "unix://", "redis+socket://", "sentinel://"];

    public static bool Understands(string address) => Schemes.Any(s => address.StartsWith(s, StringComparison.OrdinalIgnoreCase));

    public static RedisEndpoint Parse(string address, Func<string, string>? resolve)
    {
        var parts = Split(AddressParts.List(address).FirstOrDefault(""), address);
        var resolved = new Parts(resolve ?? (static t => t), parts, address);
        var endpoint = new RedisEndpoint
        {
            User = resolved.User,
            Password = resolved.Password,
            Database = resolved.Database,
            TlsOptions = resolved.Tls,
        };
        return parts.Scheme switch
        {
            "redis" or "rediss" => WithHost(endpoint with { Tls = parts.Scheme == "rediss" }, resolved.Text(parts.Host), RedisEndpoint.DefaultPort, address),
            "unix" or "redis+socket" => endpoint with { UnixPath = resolved.SocketPath },
            "sentinel" => WithSentinels(endpoint, resolved, address),
            _ => throw Invalid(address, "that is no Redis address"),
        };
    }

    private static RedisEndpoint WithSentinels(RedisEndpoint master, Parts parts, string address)
    {
        var hosts = AddressParts.List(address).Select(one => Split(one, address))
            .SelectMany(one => one.Scheme == "sentinel" ? one.Host.Split(',') : throw Invalid(address, "one of the list is no sentinel")).Where(static h => h.Length > 0).ToList();
        var own = new RedisEndpoint { User = parts.Query("sentinel_username"), Password = parts.Query("sentinel_password"), TlsOptions = master.TlsOptions };
        return master with
        {
            Sentinels = [.. hosts.Select(h => WithHost(own, h, RedisEndpoint.DefaultSentinelPort, address))],
            MasterName = parts.Query("master_name") ?? throw Invalid(address, "a sentinel address needs ?master_name=NAME"),
        };
    }

    private static RedisEndpoint WithHost(RedisEndpoint endpoint, string text, int defaultPort, string address)
    {
        var colon = text.LastIndexOf(':');
        var closing = text.LastIndexOf(']');
        var host = colon > closing ? text[..colon] : text;
        var port = colon > closing && colon + 1 < text.Length ? text[(colon + 1)..] : defaultPort.ToString(CultureInfo.InvariantCulture);
        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535)
        {
            throw Invalid(address, AddressParts.WrongPort(port));
        }

        host = host.Trim('[', ']');
        return endpoint with { Host = host.Length == 0 ? "localhost" : host, Port = number };
    }

    private static AddressParts Split(string one, string whole) => AddressParts.Split(one) ?? throw Invalid(whole, "it has no scheme such as redis://");

    private static OpsRestartException Invalid(string address, string why) => new(
        OpsError.InvalidArgument,
        $"'{SecretText.RedactAddress(address)}' is not a usable Redis address: {why}.",
        SecretText.RedactAddress(address),
        "Write redis://host:6379/0, rediss://…, unix:///path?db=0 or sentinel://host:26379/0?master_name=NAME.");

    private sealed class Parts(Func<string, string> resolve, AddressParts raw, string address)
    {
        public string? User => OrNull(Text(raw.User)) ?? Query("username");

        public string? Password => OrNull(Text(raw.Password)) ?? Query("password");

        public string SocketPath => raw.Path.Length > 1 ? Text(raw.Path) : throw Invalid(address, "the path of the socket is missing");

        public int Database
        {
            get
            {
                var text = Query("db") ?? Query("virtual_host") ?? (IsSocket ? "" : raw.Path.Trim('/'));
                return text.Length == 0 ? 0
                    : int.TryParse(text.Trim('/'), NumberStyles.None, CultureInfo.InvariantCulture, out var db) ? db
                    : throw Invalid(address, "its database is no number");
            }
        }

        public RedisTlsOptions Tls => new()
        {
            Verify = !string.Equals((Query("ssl_cert_reqs") ?? "").Replace("CERT_", "", StringComparison.OrdinalIgnoreCase), "none", StringComparison.OrdinalIgnoreCase),
            AuthorityFile = Query("ssl_ca_certs"),
            CertificateFile = Query("ssl_certfile"),
            KeyFile = Query("ssl_keyfile"),
        };

        private bool IsSocket => raw.Scheme is "unix" or "redis+socket";

        public string? Query(string name) => raw.Query.Where(q => q.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(q => Text(q.Value)).LastOrDefault();

        // Percent-encoding is undone in what was written, before a secret of any form is put in.
        public string Text(string part) => resolve(Uri.UnescapeDataString(part));

        private static string? OrNull(string text) => text.Length == 0 ? null : text;
    }
}
