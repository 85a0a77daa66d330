using System.Globalization;
using OpsRestart.Adapters.Probes.Http;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Metric;

/// <summary>Reads a page of metrics and holds each sample that fits to the limits; the worst one is told.</summary>
internal sealed class MetricProbe(ProbeDefinition definition, MetricProbeOptions options, ProbeContext context, TimeProvider time)
    : ProbeBase(definition, options, context, time)
{
    protected override string Peer => $"{options.Http.Uri.Scheme}://{options.Http.UnixSocket ?? options.Http.Uri.Authority}";

    protected override bool IsUnixSocket => options.Http.UnixSocket is not null;

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var answer = await new HttpExchange(options.Http).SendAsync(readBody: true, cancellationToken).ConfigureAwait(false);
        if (HttpVerdict.Of(answer, options.Http) is { Status: not ProbeStatus.Healthy } fault)
        {
            return fault;
        }

        var samples = MetricSample.Read(answer.Body).Where(s => s.Name == options.Name && s.Carries(options.Labels)).ToList();
        return samples.Count == 0
            ? ProbeVerdict.Unhealthy("NoSample", $"{options.Http.Uri.AbsolutePath} has no sample of {options.Name}{(options.Labels.Count > 0 ? " with these labels" : "")}. Check the name, and that what counts it has started.")
            : samples.Select(Judge).MaxBy(static v => v.Status)!;
    }

    protected override ProbeVerdict? Explain(Exception error) => HttpVerdict.Explain(error, Peer);

    private ProbeVerdict Judge(MetricSample sample) => double.IsNaN(sample.Value)
        ? ProbeVerdict.Unhealthy("NaN", $"{sample} is no number at present.")
        : options.Limits.Judge(sample.Value, $"{sample} is", "Check the service that it counts.", static v => v.ToString("G10", CultureInfo.InvariantCulture));
}
