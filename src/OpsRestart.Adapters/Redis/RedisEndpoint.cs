namespace OpsRestart.Adapters.Redis;

/// <summary>
/// Where a Redis server is and how to log in, as the field writes it: <c>redis://[user:password@]host[:6379][/db]</c>, <c>rediss://</c>
/// (TLS),
/// <c>unix:///path?db=0</c>, <c>redis+socket:///path?virtual_host=0</c> (kombu's form), and
/// <c>sentinel://host:26379,host2:26379/db?master_name=NAME</c> (also kombu's list with ';').
/// TLS verifies the certificate unless <c>ssl_cert_reqs=none</c>; <c>ssl_ca_certs</c>, <c>ssl_certfile</c>, <c>ssl_keyfile</c> name PEM
/// files.
/// </summary>
internal sealed record RedisEndpoint
{
    public const int DefaultPort = 6379;
    public const int DefaultSentinelPort = 26379;

    private static readonly AddressForm Form = new(
        "Redis",
        "Write redis://host:6379/0, rediss://…, unix:///path?db=0 or sentinel://host:26379/0?master_name=NAME.",
        "redis",
        "rediss",
        "unix",
        "redis+socket",
        "sentinel"
    );

    public Place Place { get; init; } = new("localhost", DefaultPort);

    public bool UsesTls { get; init; }

    public Tls Tls { get; init; } = new();

    public string? User { get; init; }

    public string? Password { get; init; }

    public int Database { get; init; }

    /// <summary>Sentinels to ask for the master; empty for a plain server.</summary>
    public IReadOnlyList<RedisEndpoint> Sentinels { get; init; } = [];

    public string? MasterName { get; init; }

    /// <summary>The address without any secret, for people and for results.</summary>
    public string Display =>
        Sentinels.Count > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"sentinel://{string.Join(",", Sentinels.Select(static s => s.Place))}/{Database}?master_name={MasterName}"
            )
        : Place.UnixPath is { } path ? string.Create(CultureInfo.InvariantCulture, $"unix://{path}?db={Database}")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{(UsesTls ? "rediss" : "redis")}://{(User is null ? "" : User + "@")}{Place}/{Database}"
        );

    /// <param name="address">The URI, secrets as placeholders or in plain text.</param>
    /// <param name="resolve">Replaces placeholders such as <c>${env:NAME}</c>; it is called on parts, so a secret may hold any
    /// character.</param>
    /// <exception cref="OpsRestartException">InvalidArgument.</exception>
    public static RedisEndpoint Parse(string address, Func<string, string>? resolve = null) => Form.Parse(address, resolve, Of);

    public static bool Understands(string address) => Form.Understands(address);

    /// <summary>Null when the address can be parsed; placeholders of secrets stand for themselves, and none is read.</summary>
    public static OpsRestartException? WhatIsWrongWith(string address) => AddressForm.WhatIsWrongWith(address, static a => Parse(a));

    /// <summary>Never the password.</summary>
    public override string ToString() => Display;

    private static RedisEndpoint Of(IReadOnlyList<Address> addresses)
    {
        var first = addresses[0];
        var isSocket = first.Scheme is "unix" or "redis+socket";
        var endpoint = new RedisEndpoint
        {
            User = first.User ?? first.Query("username"),
            Password = first.Password ?? first.Query("password"),
            Database = DatabaseOf(first.Query("db") ?? first.Query("virtual_host") ?? (isSocket ? "" : first.Path)),
            UsesTls = first.Scheme == "rediss",
            Tls = first.Tls,
        };
        return first.Scheme == "sentinel" ? WithSentinels(endpoint, addresses)
            : isSocket && first.Path.Length < 2 ? throw new FormatException("the path of the socket is missing")
            : isSocket ? endpoint with { Place = Place.Unix(first.Path) }
            : first.Places(DefaultPort) is [var place] ? endpoint with { Place = place }
            : throw new FormatException("it names several hosts");
    }

    private static RedisEndpoint WithSentinels(RedisEndpoint master, IReadOnlyList<Address> addresses)
    {
        var first = addresses[0];
        var own = new RedisEndpoint { User = first.Query("sentinel_username"), Password = first.Query("sentinel_password") };
        return addresses.Any(static a => a.Scheme != "sentinel")
            ? throw new FormatException("one of the list is no sentinel")
            : master with
            {
                Sentinels = [.. addresses.SelectMany(static a => a.Places(DefaultSentinelPort)).Select(p => own with { Place = p })],
                MasterName = first.Query("master_name") ?? throw new FormatException("a sentinel address needs ?master_name=NAME"),
            };
    }

    // What is still a reference to a secret is judged when it is filled in.
    private static int DatabaseOf(string text) =>
        text.Trim('/') is var number && (number.Length == 0 || Secrets.HasReference(number)) ? 0
        : int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var database) ? database
        : throw new FormatException("its database is no number");
}
