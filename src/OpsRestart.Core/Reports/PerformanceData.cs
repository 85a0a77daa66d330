using System.Globalization;
using System.Text.RegularExpressions;

namespace OpsRestart.Core.Reports;

/// <summary>
/// Numbers as monitoring plugins write them, <c>'label'=value[unit];[warn];[crit]</c> (monitoring-plugins.org, "Performance data").
/// </summary>
internal static partial class PerformanceData
{
    public static string Write(IEnumerable<ProbeMeasure> measures) => string.Join(' ', measures.Select(Write));

    /// <summary>What another plugin wrote; what is no number is left out.</summary>
    public static IReadOnlyList<ProbeMeasure> Read(string text) => [.. Form().Matches(text).Select(ToMeasure).OfType<ProbeMeasure>()];

    private static ProbeMeasure? ToMeasure(Match match) =>
        double.TryParse(match.Groups["value"].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && double.IsFinite(value)
            ? new ProbeMeasure
            {
                Name = match.Groups["bare"].Success
                    ? match.Groups["bare"].Value
                    : match.Groups["quoted"].Value.Replace("''", "'", StringComparison.Ordinal),
                Value = value,
                Unit = match.Groups["unit"].Value,
                Warn = Given(match.Groups["warn"]),
                Crit = Given(match.Groups["crit"]),
            }
            : null;

    private static string? Given(Group group) => group.Length > 0 ? group.Value : null;

    private static string Write(ProbeMeasure measure)
    {
        // '=' and quotes are what a label can't hold; '|' would begin the numbers anew.
        var label = string.Concat(measure.Name.Select(static c => c is '=' or '|' || char.IsControl(c) ? '_' : c));
        label = label.Replace("'", "''", StringComparison.Ordinal);
        var limits = $";{measure.Warn};{measure.Crit}".TrimEnd(';');
        return string.Create(CultureInfo.InvariantCulture, $"'{label}'={measure.Value:0.######}{measure.Unit}{limits}");
    }

    [GeneratedRegex(
        @"(?:'(?<quoted>(?:[^']|'')+)'|(?<bare>[^\s=';]+))=(?<value>-?[0-9.]+(?:[eE][-+]?[0-9]+)?)(?<unit>[a-zA-Z%]{0,8})"
            + @"(?:;(?<warn>[-0-9.:~@eE+]*))?(?:;(?<crit>[-0-9.:~@eE+]*))?(?:;[-0-9.]*)*(?=\s|$)",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Form();
}
