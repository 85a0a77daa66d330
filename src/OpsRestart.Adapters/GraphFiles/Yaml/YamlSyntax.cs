using OpsRestart.Adapters.Settings;
using YamlDotNet.Core;

namespace OpsRestart.Adapters.GraphFiles.Yaml;

/// <summary>Says what is wrong with a text that is no YAML, and names the usual causes.</summary>
internal static class YamlSyntax
{
    public static void Report(string text, Mark at, string problem, FindingList findings)
    {
        var lines = text.Split('\n');
        var (line, column) = ((int)Math.Max(1, at.Line), (int)Math.Max(1, at.Column));
        var isFlow = text.TrimStart().StartsWith('{');

        // A tab makes the parser stumble at the last line that it understood, not where the tab is.
        var tab = isFlow
            ? -1
            : Array.FindIndex(lines, Math.Clamp(line - 1, 0, lines.Length), static l => l.TrimStart(' ').StartsWith('\t'));
        if (tab >= 0)
        {
            findings.Add(
                "YamlSyntax",
                tab + 1,
                lines[tab].IndexOf('\t') + 1,
                "Not valid YAML: a line is indented with a tab.",
                "Indent with spaces."
            );
            return;
        }

        var hasBraces =
            line > 0
            && line <= lines.Length
            && (lines[line - 1].Contains("${", StringComparison.Ordinal) || lines[line - 1].Contains("@{", StringComparison.Ordinal));
        findings.Add(
            "YamlSyntax",
            line,
            column,
            $"Not valid YAML: {Sentence(problem)}.",
            hasBraces ? "Put text that holds braces in quotes when it stands inside { } or [ ]." : null
        );
    }

    private static string Sentence(string problem) =>
        problem.Length == 0 ? "it can't be read" : char.ToLowerInvariant(problem[0]) + problem[1..].TrimEnd('.');
}
