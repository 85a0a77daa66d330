namespace OpsRestart.Adapters.Amqp;

/// <summary>
/// Where a RabbitMQ broker is and how to log in, as the field writes it: <c>amqp://[user:password@]host[:5672][/vhost]</c>, <c>amqps://</c> (TLS, 5671);
/// kombu's <c>pyamqp://</c>, its <c>//</c> for the virtual host <c>/</c> and its list of brokers with ';' too. Without a user it is guest, without a
/// virtual host <c>/</c>.
/// </summary>
internal sealed record AmqpEndpoint
{
    public const int DefaultPort = 5672;
    public const int DefaultTlsPort = 5671;

    /// <summary>Nodes of one cluster, to be tried in this order.</summary>
    public IReadOnlyList<AmqpHost> Hosts { get; init; } = [new("localhost", DefaultPort)];

    public bool Tls { get; init; }

    public AmqpTlsOptions TlsOptions { get; init; } = new();

    public string User { get; init; } = "guest";

    public string Password { get; init; } = "guest";

    public string VirtualHost { get; init; } = "/";

    /// <summary>The address without any secret, for people and for results.</summary>
    public string Display =>
        $"{(Tls ? "amqps" : "amqp")}://{(User == "guest" ? "" : Uri.EscapeDataString(User) + "@")}{string.Join(',', Hosts)}{(VirtualHost == "/" ? "" : "/" + Uri.EscapeDataString(VirtualHost))}";

    /// <summary>Where RabbitMQ's management plugin listens unless it was told otherwise. A password that goes by TLS to the broker does not go there in the clear.</summary>
    public Uri DefaultManagement => Tls ? new($"https://{Hosts[0].UriName}:15671") : new($"http://{Hosts[0].UriName}:15672");

    /// <param name="address">The URI, secrets as placeholders or in plain text.</param>
    /// <param name="resolve">Replaces placeholders such as <c>${env:NAME}</c>; it is called on parts, so a secret may hold any character.</param>
    /// <exception cref="OpsRestartException">InvalidArgument.</exception>
    public static AmqpEndpoint Parse(string address, Func<string, string>? resolve = null)
    {
        resolve ??= static t => t;

        // The whole address may be a secret.
        return AmqpAddress.Parse(IsReference(address) ? resolve(address) : address, resolve);
    }

    public static bool Understands(string address) => AmqpAddress.Understands(address);

    /// <summary>Null when the address can be parsed; placeholders of secrets stand for themselves, and none is read.</summary>
    public static OpsRestartException? WhatIsWrongWith(string address)
    {
        try
        {
            _ = IsReference(address) ? null : Parse(address);
            return null;
        }
        catch (OpsRestartException e)
        {
            return e;
        }
    }

    private static bool IsReference(string address) => address.StartsWith("${", StringComparison.Ordinal);

    /// <summary>Never the password.</summary>
    public override string ToString() => Display;
}
