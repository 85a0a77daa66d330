using System.Globalization;
using OpsRestart.Core.Probes;

namespace OpsRestart.Core.Reports;

/// <summary>
/// Results of probes as one result of a monitoring plugin: the worst says the state, and everything that is not well is named. Degraded is
/// a warning. Starting is critical: clients are not served.
/// </summary>
internal static class NagiosReport
{
    public const int Ok = 0;
    public const int Warning = 1;
    public const int Critical = 2;
    public const int Unknown = 3;

    /// <summary>What is longer is cut at the end: some of what carries such lines takes no more than 4 KB, numbers included.</summary>
    private const int LongestText = 2000;

    /// <param name="results">In the order in which they are told, of one severity. None at all: unknown.</param>
    /// <param name="name">What was checked, to begin the text with; null: nothing.</param>
    /// <param name="checkedAt">When (UTC).</param>
    public static NagiosResult Of(IReadOnlyList<ProbeResult> results, string? name, DateTime checkedAt)
    {
        var code = results.Select(static r => CodeOf(r.Status)).DefaultIfEmpty(Unknown).MaxBy(Severity);
        var bad = results.Where(static r => r.Status != ProbeStatus.Healthy).OrderByDescending(static r => ProbeSeverity.Of(r.Status));
        var text = results switch
        {
            [] => "Nothing was checked.",
            [var only] => Told(only),
            _ when code == Ok => string.Create(CultureInfo.InvariantCulture, $"{results.Count} checks are good"),
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"{bad.Count()} of {results.Count} checks: {string.Join("; ", bad.Select(r => $"{StateOf(CodeOf(r.Status))} {Told(r)}"))}"
            ),
        };
        return Of(code, name is null ? text : $"{name}: {text}", checkedAt) with
        {
            PerformanceData = PerformanceData.Write(results.SelectMany(r => Measures(r, results.Count > 1))),
        };
    }

    public static NagiosResult Of(int code, string text, DateTime checkedAt) =>
        new()
        {
            ExitCode = code,
            State = StateOf(code),
            Text = OneLine(text),
            CheckedAt = checkedAt,
        };

    public static int CodeOf(ProbeStatus status) =>
        status switch
        {
            ProbeStatus.Healthy => Ok,
            ProbeStatus.Degraded => Warning,
            ProbeStatus.Unknown => Unknown,
            _ => Critical,
        };

    public static string StateOf(int code) =>
        code switch
        {
            Ok => "OK",
            Warning => "WARNING",
            Critical => "CRITICAL",
            _ => "UNKNOWN",
        };

    private static int Severity(int code) =>
        code switch
        {
            Critical => 3,
            Unknown => 2,
            _ => code,
        };

    private static string Told(ProbeResult result) =>
        $"{(result.Node is { } node ? $"{node}, " : "")}{result.Probe} {result.Target}: {result.Reason}. {result.Detail}".TrimEnd();

    // Of several results two may have measured the same thing.
    private static IEnumerable<ProbeMeasure> Measures(ProbeResult result, bool several)
    {
        var whose = several ? $"{(result.Node is { } node ? $"{node} " : "")}{result.Probe} {result.Target} " : "";
        var all =
            result.Measures.Any(static m => m.Name == "time") || result.Latency <= TimeSpan.Zero
                ? result.Measures
                : result.Measures.Append(
                    new ProbeMeasure
                    {
                        Name = "time",
                        Value = result.Latency.TotalSeconds,
                        Unit = "s",
                    }
                );
        return all.Select(m => m with { Name = whose + m.Name });
    }

    // '|' would begin the numbers.
    private static string OneLine(string text)
    {
        var line = string.Concat(ShownText.Line(text).Select(static c => c == '|' ? '/' : c)).Trim();
        return line.Length <= LongestText ? line : line[..(LongestText - (char.IsHighSurrogate(line[LongestText - 2]) ? 2 : 1))] + "…";
    }
}
