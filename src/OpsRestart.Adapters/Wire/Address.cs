namespace OpsRestart.Adapters.Wire;

/// <summary>
/// One address with its parts as they are meant: percent-encoding is undone in what was written, and only then secrets are filled in, so
/// that one may hold any character. How addresses are taken apart is <see cref="AddressParts"/>' alone.
/// </summary>
internal sealed class Address(AddressParts parts, Func<string, string> fill)
{
    public string Scheme => parts.Scheme;

    /// <summary>Null: none.</summary>
    public string? User => Text(parts.User) is { Length: > 0 } user ? user : null;

    /// <summary>Null: none.</summary>
    public string? Password => Text(parts.Password) is { Length: > 0 } password ? password : null;

    /// <summary>From its slash on.</summary>
    public string Path => Text(parts.Path);

    /// <summary>The settings of redis-py's and kombu's URLs, or those of RabbitMQ's URIs.</summary>
    public Tls Tls =>
        new()
        {
            Verify = Query("ssl_cert_reqs", "verify")?.EndsWith("none", StringComparison.OrdinalIgnoreCase) != true,
            AuthorityFile = Query("ssl_ca_certs", "cacertfile"),
            CertificateFile = Query("ssl_certfile", "certfile"),
            KeyFile = Query("ssl_keyfile", "keyfile"),
        };

    /// <summary>The value of a parameter of one of these names; null: there is none.</summary>
    public string? Query(params string[] names) =>
        parts.Query.Where(q => names.Contains(q.Name, StringComparer.OrdinalIgnoreCase)).Select(q => Text(q.Value)).LastOrDefault();

    /// <summary>Hosts and ports, as one text.</summary>
    public string Host => Text(parts.Host);

    /// <summary>Its hosts, with commas between them; one at least.</summary>
    /// <exception cref="FormatException">A port is none.</exception>
    public IReadOnlyList<Place> Places(int defaultPort) =>
        [.. Host.Split(',', StringSplitOptions.RemoveEmptyEntries).DefaultIfEmpty("").Select(host => Place.Of(host, defaultPort))];

    private string Text(string part) => fill(Uri.UnescapeDataString(part));
}

/// <summary>The addresses of one kind of peer.</summary>
/// <param name="Peer">Whose they are, for messages.</param>
/// <param name="Forms">How they are written, as advice.</param>
/// <param name="Schemes">Without "://".</param>
internal sealed record AddressForm(string Peer, string Forms, params string[] Schemes)
{
    public bool Understands(string address) => Schemes.Any(s => address.StartsWith(s + "://", StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads one address, or a list as kombu writes clusters.</summary>
    /// <param name="text">The whole may be a secret.</param>
    /// <param name="fill">Replaces references; it is called on parts. Null: they stand for themselves.</param>
    /// <param name="make">Makes something of the addresses; what it can't use it says by a <see cref="FormatException"/>.</param>
    /// <exception cref="OpsRestartException">InvalidArgument.</exception>
    public T Parse<T>(string text, Func<string, string>? fill, Func<IReadOnlyList<Address>, T> make)
    {
        if (fill is not null && Secrets.IsReference(text))
        {
            (text, fill) = (fill(text), null);
        }

        try
        {
            return make([.. AddressParts.List(text).DefaultIfEmpty("").Select(one => Read(one, fill))]);
        }
        catch (FormatException e)
        {
            throw new OpsRestartException(
                OpsError.InvalidArgument,
                $"'{SecretText.RedactAddress(text)}' is not a usable {Peer} address: {e.Message}.",
                SecretText.RedactAddress(text),
                Forms
            );
        }
    }

    /// <summary>Null when it can be parsed; references stand for themselves, and none is read.</summary>
    public static OpsRestartException? WhatIsWrongWith(string text, Func<string, object> parse)
    {
        try
        {
            _ = Secrets.IsReference(text) ? null : parse(text);
            return null;
        }
        catch (OpsRestartException e)
        {
            return e;
        }
    }

    private Address Read(string one, Func<string, string>? fill) =>
        AddressParts.Split(one) is { } parts && Schemes.Contains(parts.Scheme)
            ? new Address(parts, fill ?? (static t => t))
            : throw new FormatException($"it does not begin with {string.Join(", ", Schemes.Select(static s => s + "://"))}");
}
