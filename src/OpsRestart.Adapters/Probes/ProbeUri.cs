namespace OpsRestart.Adapters.Probes;

/// <summary>
/// A target of the form <c>scheme://user:password@host:port/path</c>; the settings <c>user</c> and <c>password</c> are put over it.
/// </summary>
/// <param name="Place">Where.</param>
/// <param name="User">Null: none.</param>
/// <param name="Password">Null: none.</param>
/// <param name="Path">What stands after the host's slash, unescaped.</param>
/// <param name="Tls">Null: not asked for by the scheme.</param>
internal sealed record ProbeUri(Place Place, string? User, string? Password, string Path, Tls? Tls)
{
    /// <param name="settings">Whose target is read.</param>
    /// <param name="scheme">The plain scheme; with an <c>s</c> behind it, TLS.</param>
    /// <param name="port">Default port.</param>
    /// <param name="tlsPort">Default port with TLS.</param>
    public static ProbeUri Read(ProbeSettings settings, string scheme, int port, int tlsPort)
    {
        var form = new AddressForm(scheme, $"Write {scheme}://host:{port} or {scheme}s://host:{tlsPort}.", scheme, scheme + "s");
        var uri =
            settings.ReadAddress(scheme, text => form.Parse(text, null, list => Of(list, scheme, port, tlsPort)))
            ?? new ProbeUri(new Place("localhost", port), null, null, "", null);
        var tls = settings.ReadTls(uri.Tls);
        return uri with
        {
            User = settings.Text("user") ?? uri.User,
            Password = settings.Text("password") ?? uri.Password,
            Tls = uri.Tls is null ? null : tls,
        };
    }

    private static ProbeUri Of(IReadOnlyList<Address> list, string scheme, int port, int tlsPort)
    {
        var (address, secure) = (list[0], list[0].Scheme != scheme);
        var isSocket = address.Host.Length == 0 && address.Path.Length > 1;
        var place = Place.Parse(isSocket ? address.Path : address.Host, secure ? tlsPort : port);
        return list.Count == 1 && place is not null
            ? new ProbeUri(
                place,
                address.User,
                address.Password,
                isSocket || address.Path.Length == 0 ? "" : address.Path[1..],
                secure ? address.Tls : null
            )
            : throw new FormatException("it has no usable host and port");
    }
}
