using OpsRestart.Core.Execution;

namespace OpsRestart.Cli.Output;

/// <summary>Prints the result of a run: headline, table, and what people have to know besides.</summary>
internal static class RunReport
{
    public static void Write(ServiceGraphRun run, Terminal terminal)
    {
        var rows = RunTable.Rows(run);
        terminal.Out.WriteLine();
        terminal.Out.WriteLine($" {TextTable.Painted(RunTable.Headline(run), PaintOf(run.Outcome), terminal.Colour)}");
        WriteRows(rows.Where(static r => !r.IsRollback), null, terminal);
        WriteRows(rows.Where(static r => r.IsRollback), "Rollback:", terminal);
        WriteLines("Not restored:", run.Left, Paint.Bad, terminal);
        WriteLines("Warnings:", run.Warnings, Paint.Warning, terminal);
        terminal.Out.WriteLine();
        terminal.Out.Flush();
        if (run is { Failure: { } failure, Outcome: not RunOutcome.Cancelled })
        {
            ErrorText.Write(run.Error ?? OpsError.Unexpected, failure, null, terminal);
        }
    }

    public static Paint PaintOf(StepStatus status) => status switch
    {
        StepStatus.Done or StepStatus.Ready or StepStatus.Settled or StepStatus.Drained => Paint.Good,
        StepStatus.Killed => Paint.Warning,
        StepStatus.Failed or StepStatus.TimedOut => Paint.Bad,
        _ => Paint.Faint,
    };

    private static Paint PaintOf(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Done => Paint.Good,
        RunOutcome.Refused or RunOutcome.Cancelled => Paint.Warning,
        _ => Paint.Bad,
    };

    private static void WriteRows(IEnumerable<RunRow> rows, string? title, Terminal terminal)
    {
        var table = new TextTable("Step", "", "Result", "Start", "Took", "Note").Right(3, 4);
        foreach (var row in rows)
        {
            table.Add(row.Verb, row.Target, new Cell(row.Result, PaintOf(row.Status)), RunTable.Seconds(row.Start), RunTable.Seconds(row.Took), row.Note);
        }

        if (table.Count > 0)
        {
            terminal.Out.WriteLine();
            if (title is not null)
            {
                terminal.Out.WriteLine($" {title}");
            }

            table.Write(new IndentedWriter(terminal.Out), terminal.Colour, terminal.Width - 1);
        }
    }

    private static void WriteLines(string title, IReadOnlyList<string> lines, Paint paint, Terminal terminal)
    {
        if (lines.Count == 0)
        {
            return;
        }

        terminal.Out.WriteLine();
        terminal.Out.WriteLine($" {TextTable.Painted(title, paint, terminal.Colour)}");
        foreach (var line in lines)
        {
            terminal.Out.WriteLine($"   {line}");
        }
    }
}
