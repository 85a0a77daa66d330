using System.Globalization;

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
            var word = TextTable.Painted(finding.Severity.ToString().ToLowerInvariant(), PaintOf(finding.Severity), terminal.Colour);
            terminal.Out.WriteLine($"{Place(finding)}{word} {finding.Code}: {SecretText.Redact(finding.Message)}");
            if (finding.Advice is not null)
            {
                terminal.Out.WriteLine($"  {finding.Advice}");
            }
        }

        var errors = findings.Count(static f => f.Severity == FindingSeverity.Error);
        terminal.Out.WriteLine(errors == 0
            ? $"{path}: {TextTable.Painted("good", Paint.Good, terminal.Colour)}"
            : $"{path}: {TextTable.Painted(string.Create(CultureInfo.InvariantCulture, $"{errors} error{(errors == 1 ? "" : "s")}"), Paint.Bad, terminal.Colour)}");
    }

    private static string Place(GraphFinding finding) => finding switch
    {
        { File: null } => "",
        { Line: 0 } => $"{finding.File}: ",
        { Column: 0 } => string.Create(CultureInfo.InvariantCulture, $"{finding.File}:{finding.Line}: "),
        _ => string.Create(CultureInfo.InvariantCulture, $"{finding.File}:{finding.Line}:{finding.Column}: "),
    };

    private static Paint PaintOf(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Error => Paint.Bad,
        FindingSeverity.Warning => Paint.Warning,
        _ => Paint.Faint,
    };
}
