using OpsRestart.Core.Planning;

namespace OpsRestart.Views;

/// <summary>A plan as people read it.</summary>
internal static class PlanView
{
    private static readonly string[] Heading = [">#", "Step", "", "What", ">Limit", "After"];

    public static string Draw(ServiceGraphPlan plan, int width) => $"\n {ShownText.Line(PlanTable.Headline(plan))}\n\n{Table(plan, width)}\n";

    /// <summary>Only the table.</summary>
    public static string Table(ServiceGraphPlan plan, int width, bool colours = true, bool wrap = false)
        => TextTable.Draw(Heading, [.. PlanTable.Rows(plan).Select(Row)], width, colours, wrap);

    private static TextRow Row(PlanRow row, int index) => new(
        [(index + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), row.Verb, row.Target, row.Description, row.Timeout is { } limit ? Duration.Format(limit) : "", row.After]);
}
