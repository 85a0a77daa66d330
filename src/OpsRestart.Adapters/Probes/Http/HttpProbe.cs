using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Http;

/// <summary>One request; the reason is the status code, or the word for why there is none.</summary>
internal sealed class HttpProbe(ProbeDefinition definition, HttpProbeOptions options, ProbeContext context, TimeProvider time)
    : ProbeBase(definition, options, context, time)
{
    private const string NotHttpHint =
        "The port may speak another protocol: uWSGI's 'socket =' speaks uwsgi, not HTTP; probe the proxy in front of it, or give it an http-socket. An https port needs an https URL.";

    protected override string Peer => $"{options.Uri.Scheme}://{options.UnixSocket ?? options.Uri.Authority}";

    protected override bool IsUnixSocket => options.UnixSocket is not null;

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var answer = await new HttpExchange(options).SendAsync(options.NeedsBody, cancellationToken).ConfigureAwait(false);
        return HttpVerdict.Of(answer, options);
    }

    protected override ProbeVerdict? Explain(Exception error) => error is HttpRequestException http
        ? http.HttpRequestError switch
        {
            HttpRequestError.InvalidResponse => ProbeVerdict.Unhealthy("NotHttp", $"{Peer} answered, but not with HTTP. {NotHttpHint}"),
            HttpRequestError.ResponseEnded => ProbeVerdict.Unhealthy(ProbeReason.Closed, $"{Peer} closed the connection without an answer. {NotHttpHint}"),
            _ => null,
        }
        : null;
}
