using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Http;

/// <summary>One request; the reason is the status code, or the word for why there is none.</summary>
internal sealed class HttpProbe(ProbeDefinition definition, HttpProbeOptions options, ProbeContext context, TimeProvider time)
    : ProbeBase(definition, options, context, time)
{
    protected override string Peer => $"{options.Uri.Scheme}://{options.UnixSocket ?? options.Uri.Authority}";

    protected override bool IsUnixSocket => options.UnixSocket is not null;

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var answer = await new HttpExchange(options).SendAsync(options.NeedsBody, cancellationToken).ConfigureAwait(false);
        return HttpVerdict.Of(answer, options);
    }

    protected override ProbeVerdict? Explain(Exception error) => HttpVerdict.Explain(error, Peer);
}
