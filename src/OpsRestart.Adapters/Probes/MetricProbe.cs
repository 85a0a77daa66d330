using System.Text.RegularExpressions;
using OpsRestart.Adapters.Probes.Http;

namespace OpsRestart.Adapters.Probes;

/// <summary>Reads a page of metrics and holds each sample that fits to the limits; the worst one is told.</summary>
internal sealed class MetricProbe : ProbeBase
{
    private static readonly string[] OverLimits = ["rate", "for"];

    /// <summary>Between two looks, while a limit is passed and that has to last.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly HttpProbeOptions _http;
    private readonly string _name;

    /// <summary>Only samples that carry these.</summary>
    private readonly IReadOnlyDictionary<string, string> _labels;

    /// <summary>Every sample is held to them. None: it is enough that there is a sample.</summary>
    private readonly ProbeLimits _limits;

    /// <summary>A counter's growth in a second is what is held to the limits, seen over this time. Null: the value.</summary>
    private readonly TimeSpan? _rateOver;

    /// <summary>Beyond a limit for so long, without a break; null: once is enough.</summary>
    private readonly TimeSpan? _for;

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
        var sample = settings.Duration("sample");
        _rateOver = settings.Flag("rate") == true ? sample ?? settings.Definition.Timeout / 4 : null;
        _for = settings.Duration("for");
        if (sample is not null && _rateOver is null)
        {
            settings.Fail("sample", "is how long a rate is measured", "Add rate: true.");
        }

        foreach (var key in OverLimits.Where(k => _limits.IsEmpty && settings.Has(k)))
        {
            settings.Fail(key, "needs a limit to compare with", "Add crit or warn.", "MissingValue");
        }

        if ((_for ?? TimeSpan.Zero) + (_rateOver ?? TimeSpan.Zero) >= settings.Definition.Timeout)
        {
            settings.Fail(_for is null ? "sample" : "for", "is longer than one try may take", "Add a timeout that is longer.");
        }
    }

    protected override string Peer => $"{_http.Uri.Scheme}://{_http.UnixSocket ?? _http.Uri.Authority}";

    protected override bool IsUnixSocket => _http.UnixSocket is not null;

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var (http, refused) = await HttpLogin.EnterAsync(_http, cancellationToken).ConfigureAwait(false);
        if (refused is not null)
        {
            return refused;
        }

        var began = Time.GetTimestamp();
        var verdict = await LookAsync(http, cancellationToken).ConfigureAwait(false);
        while (_for is { } wanted && IsBeyond(verdict))
        {
            var lasted = Time.GetElapsedTime(began);
            if (lasted >= wanted)
            {
                return verdict with { Detail = $"{verdict.Detail} So it was for {Duration.Format(wanted)}." };
            }

            var rest = wanted - lasted;
            await Task.Delay(rest < Pause ? rest : Pause, Time, cancellationToken).ConfigureAwait(false);
            verdict = await LookAsync(http, cancellationToken).ConfigureAwait(false);
        }

        return verdict;
    }

    private static bool IsBeyond(ProbeVerdict verdict) => verdict.Reason is "TooHigh" or "TooLow";

    private async Task<ProbeVerdict> LookAsync(HttpProbeOptions http, CancellationToken cancellationToken)
    {
        var (before, fault) = await ReadAsync(http, cancellationToken).ConfigureAwait(false);
        if (fault is not null || _rateOver is not { } over)
        {
            return fault ?? Judge(before, Judge);
        }

        var began = Time.GetTimestamp();
        await Task.Delay(over, Time, cancellationToken).ConfigureAwait(false);
        var (after, broken) = await ReadAsync(http, cancellationToken).ConfigureAwait(false);
        var seconds = Time.GetElapsedTime(began).TotalSeconds;
        return broken ?? Judge(after, s => JudgeRate(before.FirstOrDefault(b => b.ToString() == s.ToString()), s, seconds));
    }

    private ProbeVerdict Judge(IReadOnlyList<MetricSample> samples, Func<MetricSample, ProbeVerdict> judge) =>
        samples.Count == 0
            ? ProbeVerdict.Unhealthy(
                "NoSample",
                $"{_http.Uri.AbsolutePath} has no sample of "
                    + $"{_name}{(_labels.Count > 0 ? " with these labels" : "")}. Check the name, and that what counts it has "
                    + "started."
            )
            : ProbeVerdict.Worst([.. samples.Select(judge)])!;

    private async Task<(IReadOnlyList<MetricSample> Samples, ProbeVerdict? Fault)> ReadAsync(
        HttpProbeOptions http,
        CancellationToken cancellationToken
    )
    {
        var answer = await new HttpExchange(http).SendAsync(readBody: true, cancellationToken).ConfigureAwait(false);
        return HttpVerdict.Of(answer, http) is { Status: not ProbeStatus.Healthy } fault
            ? ([], fault)
            : ([.. MetricSample.Read(answer.Body).Where(s => s.Name == _name && s.Carries(_labels))], null);
    }

    protected override ProbeVerdict? Explain(Exception error) => HttpVerdict.Explain(error, Peer);

    /// <summary>A counter that is smaller than before was begun anew, one that was not there too: all that it has is growth.</summary>
    private ProbeVerdict JudgeRate(MetricSample? before, MetricSample after, double seconds)
    {
        var old = before is { Value: var value } && value <= after.Value ? value : 0;
        var rate = (after.Value - old) / seconds;
        return double.IsNaN(rate)
            ? ProbeVerdict.Unhealthy("NaN", $"{after} is no number at present.")
            : _limits.Judge(
                rate,
                $"{after} rate",
                $"{after} grows, in a second, by",
                "Check the service that it counts.",
                static v => v.ToString("G6", CultureInfo.InvariantCulture)
            );
    }

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
