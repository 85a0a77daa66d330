using System.Text.RegularExpressions;
using OpsRestart.Adapters.Probes.Http;

namespace OpsRestart.Adapters.Probes;

/// <summary>Reads a page of metrics and holds each sample that fits to the limits; the worst one is told.</summary>
internal sealed class MetricProbe : ProbeBase
{
    private readonly HttpProbeOptions _http;
    private readonly string _name;

    /// <summary>Only samples that carry these.</summary>
    private readonly IReadOnlyDictionary<string, string> _labels;

    /// <summary>Every sample is held to them. None: it is enough that there is a sample.</summary>
    private readonly ProbeLimits _limits;

    public MetricProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _name = settings.Text("name") ?? "";
        if (_name.Length == 0)
        {
            settings.Fail("name", "is missing: which metric", "Add name: up, for example.", "MissingValue");
        }

        _http = HttpProbeOptions.Read(settings);
        _labels = settings.Map("labels");
        _limits = ProbeLimits.Read(settings);
    }

    protected override string Peer => $"{_http.Uri.Scheme}://{_http.UnixSocket ?? _http.Uri.Authority}";

    protected override bool IsUnixSocket => _http.UnixSocket is not null;

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var answer = await new HttpExchange(_http).SendAsync(readBody: true, cancellationToken).ConfigureAwait(false);
        if (HttpVerdict.Of(answer, _http) is { Status: not ProbeStatus.Healthy } fault)
        {
            return fault;
        }

        var samples = MetricSample.Read(answer.Body).Where(s => s.Name == _name && s.Carries(_labels)).ToList();
        return samples.Count == 0
            ? ProbeVerdict.Unhealthy(
                "NoSample",
                $"{_http.Uri.AbsolutePath} has no sample of "
                    + $"{_name}{(_labels.Count > 0 ? " with these labels" : "")}. Check the name, and that what counts it has "
                    + "started."
            )
            : ProbeVerdict.Worst([.. samples.Select(Judge)])!;
    }

    protected override ProbeVerdict? Explain(Exception error) => HttpVerdict.Explain(error, Peer);

    private ProbeVerdict Judge(MetricSample sample) =>
        double.IsNaN(sample.Value)
            ? ProbeVerdict.Unhealthy("NaN", $"{sample} is no number at present.")
            : _limits.Judge(
                sample.Value,
                sample.ToString(),
                $"{sample} is",
                "Check the service that it counts.",
                static v => v.ToString("G10", CultureInfo.InvariantCulture)
            );
}

/// <summary>One line of the text format (prometheus.io, "Exposition formats"): <c>name{label="value",…} number [time]</c>.</summary>
internal sealed partial record MetricSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    public static IEnumerable<MetricSample> Read(string text) =>
        text.Split('\n').Select(static line => Parse(line.Trim())).OfType<MetricSample>();

    public bool Carries(IReadOnlyDictionary<string, string> labels) =>
        labels.All(l => Labels.TryGetValue(l.Key, out var value) && value == l.Value);

    public override string ToString() =>
        Labels.Count == 0
            ? Name
            : $"{Name}{{{ForeignText.OneLine(string.Join(",", Labels.Select(static l => $"{l.Key}=\"{l.Value}\"")), 120)}}}";

    private static MetricSample? Parse(string line)
    {
        var match = Line().Match(line);
        if (!match.Success || ToNumber(match.Groups["value"].Value) is not { } value)
        {
            return null;
        }

        // The format forbids the same label twice; who writes it nevertheless means the last.
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in Label().Matches(match.Groups["labels"].Value).Cast<Match>())
        {
            labels[label.Groups["name"].Value] = Escape()
                .Replace(label.Groups["value"].Value, static e => e.Value[1] == 'n' ? "\n" : e.Value[1..]);
        }

        return new MetricSample(match.Groups["name"].Value, labels, value);
    }

    private static double? ToNumber(string text) =>
        text.ToUpperInvariant() switch
        {
            "+INF" or "INF" => double.PositiveInfinity,
            "-INF" => double.NegativeInfinity,
            "NAN" => double.NaN,
            _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
        };

    [GeneratedRegex(
        @"^(?<name>[a-zA-Z_:][\w:]*)\s*(?:\{(?<labels>(?:[^""}]|""(?:\\.|[^""\\])*"")*)\})?\s+(?<value>\S+)(?:\s+-?\d+)?$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Line();

    [GeneratedRegex(@"(?<name>[a-zA-Z_]\w*)\s*=\s*""(?<value>(?:\\.|[^""\\])*)""", RegexOptions.CultureInvariant)]
    private static partial Regex Label();

    [GeneratedRegex(@"\\.", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
