namespace OpsRestart.Adapters.Amqp;

/// <summary>
/// Where a RabbitMQ broker is and how to log in, as the field writes it: <c>amqp://[user:password@]host[:5672][/vhost]</c>, <c>amqps://</c>
/// (TLS, 5671); kombu's <c>pyamqp://</c>, its <c>//</c> for the virtual host <c>/</c> and its list of brokers with ';' too. Without a user
/// it is guest, without a virtual host <c>/</c>. TLS verifies the certificate unless <c>verify=verify_none</c>; <c>cacertfile</c>,
/// <c>certfile</c>, <c>keyfile</c> name PEM files (or by their names in kombu, <c>ssl_ca_certs</c> …).
/// </summary>
internal sealed record AmqpEndpoint
{
    public const int DefaultPort = 5672;
    public const int DefaultTlsPort = 5671;

    private static readonly AddressForm Form = new(
        "RabbitMQ",
        "Write amqp://user:password@host:5672/vhost or amqps://…; the password better as ${env:NAME} or ${file:/path}.",
        "amqp",
        "amqps",
        "pyamqp",
        "pyamqps"
    );

    /// <summary>Nodes of one cluster, to be tried in this order.</summary>
    public IReadOnlyList<Place> Hosts { get; init; } = [new("localhost", DefaultPort)];

    public bool UsesTls { get; init; }

    /// <summary>For the management API by https too.</summary>
    public Tls Tls { get; init; } = new();

    public string User { get; init; } = "guest";

    public string Password { get; init; } = "guest";

    public string VirtualHost { get; init; } = "/";

    /// <summary>The address without any secret, for people and for results.</summary>
    public string Display =>
        $"{(UsesTls ? "amqps" : "amqp")}://{(User == "guest" ? "" : Uri.EscapeDataString(User) + "@")}{string.Join(',', Hosts)}"
        + (VirtualHost == "/" ? "" : "/" + Uri.EscapeDataString(VirtualHost));

    /// <summary>
    /// Where RabbitMQ's management plugin listens unless it was told otherwise. A password that goes by TLS to the broker does not go there
    /// in the clear.
    /// </summary>
    public Uri DefaultManagement => UsesTls ? new($"https://{Hosts[0].UriHost}:15671") : new($"http://{Hosts[0].UriHost}:15672");

    /// <param name="address">The URI, secrets as placeholders or in plain text.</param>
    /// <param name="resolve">Replaces placeholders such as <c>${env:NAME}</c>; it is called on parts, so a secret may hold any
    /// character.</param>
    /// <exception cref="OpsRestartException">InvalidArgument.</exception>
    public static AmqpEndpoint Parse(string address, Func<string, string>? resolve = null) => Form.Parse(address, resolve, Of);

    public static bool Understands(string address) => Form.Understands(address);

    /// <summary>Null when the address can be parsed; placeholders of secrets stand for themselves, and none is read.</summary>
    public static OpsRestartException? WhatIsWrongWith(string address) => AddressForm.WhatIsWrongWith(address, static a => Parse(a));

    /// <summary>Never the password.</summary>
    public override string ToString() => Display;

    private static AmqpEndpoint Of(IReadOnlyList<Address> addresses)
    {
        var first = addresses[0];
        return new AmqpEndpoint
        {
            Hosts = [.. addresses.SelectMany(static a => a.Places(IsTls(a) ? DefaultTlsPort : DefaultPort))],
            UsesTls = IsTls(first),
            Tls = first.Tls,
            User = first.User ?? "guest",
            Password = first.User is null ? "guest" : first.Password ?? "",
            VirtualHost = first.Path is { Length: > 1 } path ? path[1..] : "/",
        };
    }

    private static bool IsTls(Address address) => address.Scheme.EndsWith('s');
}
