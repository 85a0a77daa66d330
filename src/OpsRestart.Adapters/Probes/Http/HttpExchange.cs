using System.Net;
using System.Text;

namespace OpsRestart.Adapters.Probes.Http;

/// <summary>One request on a connection of its own, and the beginning of its answer.</summary>
internal sealed class HttpExchange(HttpProbeOptions options)
{
    /// <summary>As much of a body as is looked at: health pages are small, and a wrong URL may be a download.</summary>
    private const int BodyLimit = 4 * 1024 * 1024;

    /// <summary>Enough of a failing answer to show its first sentence.</summary>
    private const int SnippetLimit = 4096;

    /// <param name="readBody">Whether a good answer's body is wanted too; of a bad one the beginning always is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<HttpAnswer> SendAsync(bool readBody, CancellationToken cancellationToken)
    {
        using var handler = CreateHandler();
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using var request = CreateRequest();
        using var response = await client
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            .ConfigureAwait(false);
        var status = (int)response.StatusCode;
        var limit =
            !options.Status.Contains(status) ? SnippetLimit
            : readBody ? BodyLimit
            : 0;
        var headers = response
            .Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .GroupBy(static h => h.Key, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(
                static g => g.Key,
                static g => string.Join(", ", g.SelectMany(static h => h.Value)),
                StringComparer.OrdinalIgnoreCase
            );
        var answer = new HttpAnswer(status, ForeignText.OneLine(response.ReasonPhrase ?? "", 80), headers, "")
        {
            Cookies = response.Headers.NonValidated.TryGetValues("Set-Cookie", out var cookies) ? [.. cookies] : [],
        };
        return limit == 0 ? answer : await WithBodyAsync(answer, response.Content, limit, cancellationToken).ConfigureAwait(false);
    }

    // No proxy: HTTP_PROXY of the admin's shell says nothing about the service.
    private SocketsHttpHandler CreateHandler() =>
        new()
        {
            AllowAutoRedirect = options.FollowRedirects,
            AutomaticDecompression = DecompressionMethods.All,
            UseProxy = false,
            UseCookies = options.FollowRedirects,
            SslOptions = options.Tls.ToClientOptions(options.HostHeader?.Split(':')[0] ?? options.Uri.Host),
            ConnectCallback =
                options.UnixSocket is null && !OwnTls
                    ? null
                    : async (_, cancellationToken) =>
                        await Endpoint.ConnectAsync(OwnTls ? options.Tls : null, cancellationToken).ConfigureAwait(false),
        };

    // HttpClient always takes the Host header as the TLS name. For another serverName the TLS session is made here, and HTTP spoken in it.
    private bool OwnTls => options.Tls.ServerName is not null && options.Uri.Scheme == Uri.UriSchemeHttps;

    private Place Endpoint => options.UnixSocket is { } path ? Place.Unix(path) : new Place(options.Uri.IdnHost, options.Uri.Port);

    private HttpRequestMessage CreateRequest()
    {
        var uri = OwnTls ? new UriBuilder(options.Uri) { Scheme = Uri.UriSchemeHttp, Port = options.Uri.Port }.Uri : options.Uri;
        var request = new HttpRequestMessage(options.Method, uri);
        request.Headers.UserAgent.ParseAdd("opsrestart");
        request.Headers.ConnectionClose = true;
        request.Headers.Authorization = options.Authorization;
        request.Headers.Host = options.HostHeader ?? (OwnTls ? options.Uri.Authority : null);
        if (options.Cookies.Count > 0)
        {
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", options.Cookies.Select(static c => $"{c.Key}={c.Value}")));
        }

        if (options.Content is { } content)
        {
            request.Content = new StringContent(content, Encoding.UTF8);
            request.Content.Headers.Remove("Content-Type");
            request.Content.Headers.TryAddWithoutValidation("Content-Type", options.ContentType);
        }

        foreach (var (name, value) in options.Headers)
        {
            var headers = HttpProbeOptions.IsContentHeader(name)
                ? request.Content?.Headers
                : (System.Net.Http.Headers.HttpHeaders)request.Headers;
            headers?.Remove(name);
            headers?.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static async Task<HttpAnswer> WithBodyAsync(
        HttpAnswer answer,
        HttpContent content,
        int limit,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = stream.ConfigureAwait(false);
            var (bytes, cut) = await BoundedBody.ReadAsync(stream, limit, cancellationToken).ConfigureAwait(false);
            return answer with { Body = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF'), IsCut = cut };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // That it answered, and how, is the better word than "timeout"; if it was the caller who cancelled, the base throws anyway.
            return answer with { IsLate = true };
        }
    }
}

/// <summary>What came back: the status, the headers by name (values joined), and the beginning of the body.</summary>
internal sealed record HttpAnswer(int Status, string Phrase, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>What it wants to be kept, each as it was written.</summary>
    public IReadOnlyList<string> Cookies { get; init; } = [];

    /// <summary>There is more of the body than was read.</summary>
    public bool IsCut { get; init; }

    /// <summary>The time was over while the body still came.</summary>
    public bool IsLate { get; init; }
}
