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
        var end = text.IndexOf("://", StringComparison.Ordinal);
        var secure = text.AsSpan(0, end).Equals(scheme + "s", StringComparison.OrdinalIgnoreCase);
        var rest = text[(end + 3)..];
        if ((!secure && !text.AsSpan(0, end).Equals(scheme, StringComparison.OrdinalIgnoreCase)) || rest.Length == 0)
        {
            settings.FailTarget($"is no {scheme} address", $"Write {scheme}://host:{port} or {scheme}s://host:{tlsPort}.");
            return new ProbeUri(new ProbeEndpoint("localhost", port), user, password, "", null);
        }

        var at = rest.LastIndexOf('@');
        var login = at < 0 ? [] : rest[..at].Split(':', 2);
        var place = rest[(at + 1)..].Split('?')[0];
        var slash = place.StartsWith('/') ? -1 : place.IndexOf('/');
        var endpoint = ProbeEndpoint.Parse(slash < 0 ? place : place[..slash], secure ? tlsPort : port);
        if (endpoint is null)
        {
            settings.FailTarget("has no usable host and port", $"Write {scheme}://host:{port} or {scheme}s://host:{tlsPort}.");
        }

        return new ProbeUri(
            endpoint ?? new ProbeEndpoint("localhost", port),
            user ?? (login.Length > 0 && login[0].Length > 0 ? Uri.UnescapeDataString(login[0]) : null),
            password ?? (login.Length > 1 ? Uri.UnescapeDataString(login[1]) : null),
            slash < 0 ? "" : Uri.UnescapeDataString(place[(slash + 1)..]),
            secure ? tls : null);
    }
}
