using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes.Http;

/// <summary>One request; the reason is the status code, or the word for why there is none.</summary>
internal sealed class HttpProbe(ProbeSettings settings, ProbeContext context, TimeProvider time) : ProbeBase(settings, context, time)
{
    private readonly HttpProbeOptions _options = HttpProbeOptions.Read(settings);

    protected override string Peer => $"{_options.Uri.Scheme}://{_options.UnixSocket ?? _options.Uri.Authority}";

    protected override bool IsUnixSocket => _options.UnixSocket is not null;

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var (options, fault) = await HttpLogin.EnterAsync(_options, cancellationToken).ConfigureAwait(false);
        return fault
            ?? HttpVerdict.Of(
                await new HttpExchange(options).SendAsync(options.NeedsBody, cancellationToken).ConfigureAwait(false),
                options
            );
    }

    protected override ProbeVerdict? Explain(Exception error) => HttpVerdict.Explain(error, Peer);
}

/// <summary>Settings of an http probe. Target: the URL.</summary>
internal sealed record HttpProbeOptions
{
    public required Uri Uri { get; init; }

    /// <summary><c>method</c>; default GET, or POST when there is a <c>content</c>.</summary>
    public HttpMethod Method { get; init; } = HttpMethod.Get;

    /// <summary>
    /// <c>status</c>: one, a list, or ranges (2xx, 200-399). Default 200-399; redirects are not followed unless <c>followRedirects</c> is
    /// true.
    /// </summary>
    public HttpStatusSet Status { get; init; } = HttpStatusSet.Default;

    public bool FollowRedirects { get; init; }

    /// <summary><c>hostHeader</c>: the Host header (and TLS name), when the URL names an address but the site goes by name.</summary>
    public string? HostHeader { get; init; }

    /// <summary><c>headers</c>: sent with the request.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary><c>user</c> and <c>password</c>, those in the URL, or <c>bearer</c>.</summary>
    public AuthenticationHeaderValue? Authorization { get; init; }

    /// <summary><c>content</c>: the request's body; <c>contentType</c> default application/json.</summary>
    public string? Content { get; init; }

    public string ContentType { get; init; } = "application/json";

    /// <summary><c>contains</c>: a text that the body holds.</summary>
    public string? Contains { get; init; }

    /// <summary><c>pattern</c>: a regular expression that the body (its first 4 MiB) matches.</summary>
    public Regex? Pattern { get; init; }

    /// <summary><c>json</c>: dotted paths into the body and their values (<c>checks.0.status: ok</c>).</summary>
    public IReadOnlyDictionary<string, string> Json { get; init; } = new Dictionary<string, string>();

    /// <summary><c>expectHeaders</c>: headers of the answer and a text that each holds; an empty text asks for its presence only.</summary>
    public IReadOnlyDictionary<string, string> ExpectHeaders { get; init; } = new Dictionary<string, string>();

    /// <summary><c>unixSocket</c>: connect to this socket file; the URL gives path and Host only.</summary>
    public string? UnixSocket { get; init; }

    public required Tls Tls { get; init; }

    /// <summary><c>login</c>: the page with the form that <c>user</c> and <c>password</c> are put into. Null: none is needed.</summary>
    public HttpLoginOptions? Login { get; init; }

    /// <summary>Sent with the request: a session's.</summary>
    public IReadOnlyDictionary<string, string> Cookies { get; init; } = new Dictionary<string, string>();

    public bool NeedsBody => Contains is not null || Pattern is not null || Json.Count > 0;

    public static HttpProbeOptions Read(ProbeSettings settings)
    {
        var uri = ReadUri(settings);
        var content = settings.Text("content");
        var login = ReadLogin(settings, uri);
        if (settings.Has("serverName") && settings.Flag("followRedirects") == true)
        {
            settings.Fail("serverName", "can't be given together with followRedirects: another host has another name");
        }

        return new HttpProbeOptions
        {
            Uri = uri,
            Method =
                settings.Text("method") is { Length: > 0 } method ? new HttpMethod(method.ToUpperInvariant())
                : content is null ? HttpMethod.Get
                : HttpMethod.Post,
            Status = ReadStatus(settings),
            FollowRedirects = settings.Flag("followRedirects") ?? false,
            HostHeader = settings.Text("hostHeader"),
            Headers = ReadHeaders(settings),
            Authorization = login is null ? ReadAuthorization(settings, uri) : null,
            Login = login,
            Content = content,
            ContentType = settings.Text("contentType") ?? "application/json",
            Contains = settings.Text("contains"),
            Pattern = settings.Pattern("pattern", RegexOptions.Multiline),
            Json = settings.Map("json"),
            ExpectHeaders = settings.Map("expectHeaders"),
            UnixSocket = settings.Text("unixSocket"),
            Tls = settings.ReadTls(),
        };
    }

    private static Uri ReadUri(ProbeSettings settings)
    {
        if (Uri.TryCreate(settings.Target, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0)
        {
            return uri;
        }

        settings.FailTarget("is no http or https URL", "Write http://host:port/path.");
        return new Uri("http://localhost/");
    }

    private static HttpStatusSet ReadStatus(ProbeSettings settings)
    {
        var texts = settings.List("status");
        if (texts.Count == 0)
        {
            return HttpStatusSet.Default;
        }

        if (HttpStatusSet.TryParse(texts) is { } set)
        {
            return set;
        }

        settings.Fail(
            "status",
            $"is a status code, a list, or a range, not '{settings.AsWritten("status")}'",
            "Write 200, [200, 204], 2xx or 200-399."
        );
        return HttpStatusSet.Default;
    }

    private static IReadOnlyDictionary<string, string> ReadHeaders(ProbeSettings settings)
    {
        var headers = settings.Map("headers");
        using var trial = new HttpRequestMessage();
        foreach (var (name, value) in headers.Where(static h => !IsContentHeader(h.Key)))
        {
            if (!trial.Headers.TryAddWithoutValidation(name, value) || value.AsSpan().IndexOfAny('\r', '\n') >= 0)
            {
                settings.Fail("headers", $"has '{name}', which can't be sent as a header");
            }
        }

        return headers;
    }

    public static bool IsContentHeader(string name) => name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);

    private static HttpLoginOptions? ReadLogin(ProbeSettings settings, Uri uri)
    {
        if (settings.Text("login") is not { } text)
        {
            return null;
        }

        if (settings.Has("bearer"))
        {
            settings.Fail("login", "can't be given together with bearer");
        }

        // Read whether or not the other is there: each is a setting of its own.
        var (user, password) = (settings.Text("user"), settings.Text("password"));
        if (user is null || password is null)
        {
            settings.Fail("login", "needs user and password", "Add user: NAME and password: ${env:NAME}.", "MissingValue");
        }

        if (Uri.TryCreate(uri, text, out var page) && page.Scheme == uri.Scheme && page.Authority == uri.Authority)
        {
            return new HttpLoginOptions(page, user ?? "", password ?? "");
        }

        settings.Fail("login", "is no page of the target's server", "Write its path: /accounts/login/.");
        return null;
    }

    private static AuthenticationHeaderValue? ReadAuthorization(ProbeSettings settings, Uri uri)
    {
        var (user, password, bearer) = (settings.Text("user"), settings.Text("password"), settings.Text("bearer"));
        if (bearer is not null && (user is not null || password is not null))
        {
            settings.Fail("bearer", "can't be given together with user and password");
        }

        if (password is not null && user is null)
        {
            settings.Fail("password", "needs a user", "Add user: NAME.");
        }

        if (bearer is not null)
        {
            return new AuthenticationHeaderValue("Bearer", bearer);
        }

        var pair = user is not null ? $"{user}:{password}" : Uri.UnescapeDataString(uri.UserInfo);
        return pair.Length == 0 ? null : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
    }
}
