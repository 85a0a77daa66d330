using OpsRestart.Core.Planning;

namespace OpsRestart.Cli.Output;

/// <summary>Prints a plan.</summary>
internal static class PlanReport
{
    public static void Write(ServiceGraphPlan plan, bool json, Terminal terminal)
    {
        if (json)
        {
            var lines = new JsonLines(terminal.Out);
            foreach (var step in plan.Steps)
            {
                lines.Write("step", step, JsonContext.Default.PlanStep);
            }

            return;
        }

        var table = new TextTable("Step", "", "After", "At most", "What").Right(3);
        foreach (var row in PlanTable.Rows(plan))
        {
            table.Add(new Cell(row.Verb, Paint.Strong), row.Target, row.After, row.Timeout is { } time ? Duration.Format(time) : "", new Cell(row.Description, Paint.Faint));
        }

        terminal.Out.WriteLine();
        terminal.Out.WriteLine($" {PlanTable.Headline(plan)}");
        terminal.Out.WriteLine();
        table.Write(new IndentedWriter(terminal.Out), terminal.Colour, terminal.Width - 1);
        terminal.Out.WriteLine();
    }
}
