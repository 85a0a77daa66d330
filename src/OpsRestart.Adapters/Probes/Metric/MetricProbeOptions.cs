using OpsRestart.Adapters.Probes.Http;

namespace OpsRestart.Adapters.Probes.Metric;

/// <summary>Settings of a metric probe. Target: the URL of a page of metrics in Prometheus' text format. Every setting of an http probe that shapes the request counts too.</summary>
internal sealed record MetricProbeOptions : ProbeOptions
{
    public required HttpProbeOptions Http { get; init; }

    /// <summary><c>name</c>: the metric.</summary>
    public required string Name { get; init; }

    /// <summary><c>labels</c>: only samples that carry these.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary><c>min</c>, <c>max</c>, <c>warnMin</c>, <c>warnMax</c>; every sample is held to them. None: it is enough that there is a sample.</summary>
    public required ProbeLimits Limits { get; init; }

    public static MetricProbeOptions Read(ProbeSettings settings)
    {
        var name = settings.Text("name");
        if (string.IsNullOrEmpty(name))
        {
            settings.Fail("name", "is missing: which metric", "Add name: up, for example.", "MissingValue");
        }

        return new MetricProbeOptions { Http = HttpProbeOptions.Read(settings), Name = name ?? "", Labels = settings.Map("labels"), Limits = ProbeLimits.Read(settings) };
    }
}
