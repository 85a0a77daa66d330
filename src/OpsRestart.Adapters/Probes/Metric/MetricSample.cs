using System.Globalization;
using System.Text.RegularExpressions;
using OpsRestart.Adapters.Wire;

namespace OpsRestart.Adapters.Probes.Metric;

/// <summary>One line of the text format (prometheus.io, "Exposition formats"): <c>name{label="value",…} number [time]</c>.</summary>
internal sealed partial record MetricSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    public static IEnumerable<MetricSample> Read(string text) => text.Split('\n').Select(static line => Parse(line.Trim())).OfType<MetricSample>();

    public bool Carries(IReadOnlyDictionary<string, string> labels) => labels.All(l => Labels.TryGetValue(l.Key, out var value) && value == l.Value);

    public override string ToString() => Labels.Count == 0 ? Name : $"{Name}{{{ForeignText.OneLine(string.Join(",", Labels.Select(static l => $"{l.Key}=\"{l.Value}\"")), 120)}}}";

    private static MetricSample? Parse(string line)
    {
        var match = Line().Match(line);
        if (!match.Success || ToNumber(match.Groups["value"].Value) is not { } value)
        {
            return null;
        }

        // The format forbids the same label twice; who writes it all the same means the last.
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in Label().Matches(match.Groups["labels"].Value).Cast<Match>())
        {
            labels[label.Groups["name"].Value] = Escape().Replace(label.Groups["value"].Value, static e => e.Value[1] == 'n' ? "\n" : e.Value[1..]);
        }

        return new MetricSample(match.Groups["name"].Value, labels, value);
    }

    private static double? ToNumber(string text) => text.ToUpperInvariant() switch
    {
        "+INF" or "INF" => double.PositiveInfinity,
        "-INF" => double.NegativeInfinity,
        "NAN" => double.NaN,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
    };

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][\w:]*)\s*(?:\{(?<labels>(?:[^""}]|""(?:\\.|[^""\\])*"")*)\})?\s+(?<value>\S+)(?:\s+-?\d+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Line();

    [GeneratedRegex(@"(?<name>[a-zA-Z_]\w*)\s*=\s*""(?<value>(?:\\.|[^""\\])*)""", RegexOptions.CultureInvariant)]
    private static partial Regex Label();

    [GeneratedRegex(@"\\.", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
