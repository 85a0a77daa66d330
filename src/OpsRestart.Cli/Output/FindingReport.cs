using System.Globalization;
using OpsRestart.Core.Reports;

namespace OpsRestart.Cli.Output;

/// <summary>Prints findings as compilers do, so that editors can jump to them.</summary>
internal static class FindingReport
{
    public static void Write(IReadOnlyList<GraphFinding> findings, string path, bool json, Terminal terminal)
    {
        if (json)
        {
            var lines = new JsonLines(terminal.Out);
            foreach (var finding in findings)
            {
                lines.Write("finding", finding, JsonContext.Default.GraphFinding);
            }

            return;
        }

        foreach (var finding in findings)
        {
            var word = terminal.Painted(finding.Severity.ToString().ToLowerInvariant(), PaintOf(finding.Severity));
            terminal.Out.WriteLine($"{Place(finding)}{word} {finding.Code}: {SecretText.Redact(finding.Message)}");
            if (finding.Advice is not null)
            {
                terminal.Out.WriteLine($"  {finding.Advice}");
            }
        }

        var errors = findings.Count(static f => f.Severity == FindingSeverity.Error);
        var count = string.Create(CultureInfo.InvariantCulture, $"{errors} error{(errors == 1 ? "" : "s")}");
        var sum = errors == 0 ? terminal.Painted("good", Paint.Good) : terminal.Painted(count, Paint.Bad);
        terminal.Out.WriteLine($"{path}: {sum}");
    }

    private static string Place(GraphFinding finding) =>
        finding.Location.Length == 0 ? ""
        : finding.Line == 0 || finding.Column == 0 ? $"{finding.Location}: "
        : string.Create(CultureInfo.InvariantCulture, $"{finding.Location}:{finding.Column}: ");

    private static Paint PaintOf(FindingSeverity severity) => severity == FindingSeverity.Error ? Paint.Bad : Paint.Warning;
}
