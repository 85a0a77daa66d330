namespace OpsRestart.Adapters.Probes;

/// <summary>A target of the form <c>scheme://user:password@host:port/path</c>; the settings <c>user</c> and <c>password</c> are put over it.</summary>
/// <param name="Endpoint">Where.</param>
/// <param name="User">Null: none.</param>
/// <param name="Password">Null: none.</param>
/// <param name="Path">What stands after the host's slash, unescaped.</param>
/// <param name="Tls">Null: not asked for by the scheme.</param>
internal sealed record ProbeUri(ProbeEndpoint Endpoint, string? User, string? Password, string Path, ProbeTls? Tls)
{
    /// <param name="settings">Whose target is read.</param>
    /// <param name="scheme">The plain scheme; with an <c>s</c> behind it, TLS.</param>
    /// <param name="port">Default port.</param>
    /// <param name="tlsPort">Default port with TLS.</param>
    public static ProbeUri Read(ProbeSettings settings, string scheme, int port, int tlsPort)
    {
        var tls = ProbeTls.Read(settings);
        var (user, password) = (settings.Text("user"), settings.Text("password"));
        var text = settings.Target.Contains("://", StringComparison.Ordinal) ? settings.Target : $"{scheme}://{settings.Target}";
        var parts = AddressParts.Split(text);
        var secure = parts?.Scheme == scheme + "s";
        if (parts is null || (!secure && parts.Scheme != scheme) || text.EndsWith("://", StringComparison.Ordinal))
        {
            settings.FailTarget($"is no {scheme} address", $"Write {scheme}://host:{port} or {scheme}s://host:{tlsPort}.");
            return new ProbeUri(new ProbeEndpoint("localhost", port), user, password, "", null);
        }

        var isSocket = parts.Host.Length == 0 && parts.Path.Length > 1;
        var endpoint = ProbeEndpoint.Parse(isSocket ? parts.Path : parts.Host, secure ? tlsPort : port);
        if (endpoint is null)
        {
            settings.FailTarget("has no usable host and port", $"Write {scheme}://host:{port} or {scheme}s://host:{tlsPort}.");
        }

        return new ProbeUri(
            endpoint ?? new ProbeEndpoint("localhost", port),
            user ?? (parts.User.Length > 0 ? Uri.UnescapeDataString(parts.User) : null),
            password ?? (parts.Password.Length > 0 ? Uri.UnescapeDataString(parts.Password) : null),
            isSocket || parts.Path.Length == 0 ? "" : Uri.UnescapeDataString(parts.Path[1..]),
            secure ? tls : null);
    }
}
