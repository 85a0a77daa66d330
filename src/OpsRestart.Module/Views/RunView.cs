using System.Text;
using OpsRestart.Core.Execution;

namespace OpsRestart.Views;

/// <summary>A run as people read it: the headline, the table of its steps, and whatever needs their eye.</summary>
internal static class RunView
{
    private const string Red = "\e[31;1m";
    private const string Yellow = "\e[33;1m";
    private const string Reset = "\e[0m";
    private static readonly string[] Heading = ["Step", "", "Result", ">Start", ">Took", "Note"];

    public static string Draw(ServiceGraphRun run, int width)
    {
        var text = new StringBuilder();
        var colour = run.Outcome switch
        {
            RunOutcome.Done => null,
            RunOutcome.KnownBadState or RunOutcome.Failed => Red,
            _ => Yellow,
        };
        text.Append('\n').Append(colour).Append(TextWrap.Lines(RunTable.Headline(run), " ", width)).Append(colour is null ? "" : Reset).Append("\n\n");
        var rows = RunTable.Rows(run);
        if (rows.Count > 0)
        {
            text.Append(TextTable.Draw(Heading, [.. rows.Select(Row)], width)).Append('\n');
        }

        AppendList(text, "Failure", run.Failure is null ? [] : [run.Failure], Red, width);
        AppendList(text, "Not restored", run.Left, Red, width);
        AppendList(text, "Warnings", [.. Noticed(run).Concat(run.Warnings).Distinct()], Yellow, width);
        return text.ToString();
    }

    private static TextRow Row(RunRow row) => new(
        [(row.IsRollback ? "rollback: " : "") + row.Verb, row.Target, row.Result, RunTable.Seconds(row.Start), RunTable.Seconds(row.Took), row.Note],
        2,
        row.Status switch
        {
            StepStatus.Failed or StepStatus.TimedOut => Red,
            StepStatus.Killed or StepStatus.Cancelled or StepStatus.Skipped => Yellow,
            _ => null,
        });

    /// <summary>What preflight warned of. Its errors are the failure.</summary>
    private static IEnumerable<string> Noticed(ServiceGraphRun run)
        => run.Findings.Where(static f => f.Severity == FindingSeverity.Warning).Select(static f => f.Advice is null ? f.Message : $"{f.Message} {f.Advice}");

    private static void AppendList(StringBuilder text, string heading, IReadOnlyList<string> items, string colour, int width)
    {
        if (items.Count == 0)
        {
            return;
        }

        text.Append('\n').Append(' ').Append(colour).Append(heading).Append(':').Append(Reset).Append('\n');
        foreach (var item in items)
        {
            text.Append(TextWrap.Lines(item, "  ", width)).Append('\n');
        }
    }
}
