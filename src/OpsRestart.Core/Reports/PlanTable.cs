using System.Globalization;
using OpsRestart.Core.Execution;
using OpsRestart.Core.Planning;
using OpsRestart.Core.Text;

namespace OpsRestart.Core.Reports;

/// <summary>A plan as people read it: a headline and a row for each step. Both fronts show the same.</summary>
internal static class PlanTable
{
    private const int MostNamed = 20;

    public static string Headline(ServiceGraphPlan plan)
    {
        var queues = plan.Steps.Count(static s => s.Kind == StepKind.DrainQueue);
        var drains = queues == 0 ? "" : $", {TaskCount.Count(queues, "drain")}";
        return $"Plan: {plan.Operation.ToString().ToLowerInvariant()} of {plan.Graph}, "
            + $"{TaskCount.Count(plan.Nodes.Count, "service")}{drains}, {TaskCount.Count(plan.Steps.Count, "step")}; nothing was changed";
    }

    public static TextPage Page(ServiceGraphPlan plan, int width)
    {
        var page = new TextPage(width);
        page.Blank();
        page.Text(Headline(plan), 1);
        page.Blank();
        page.Table(Of(plan, cutsLast: true), 1);
        page.List("Left alone:", LeftAlone(plan), Paint.Faint);
        page.Blank();
        return page;
    }

    /// <summary>
    /// The nodes that the operation does not touch, in a line; and one for each of them that needs something which is stopped or restarted.
    /// </summary>
    public static IEnumerable<string> LeftAlone(ServiceGraphPlan plan)
    {
        var chosen = plan.Nodes.ToHashSet(StringComparer.Ordinal);
        var others = plan.Definition.Nodes.Where(n => !chosen.Contains(n.Name)).ToList();
        if (others.Count > 0)
        {
            yield return NearestName.Some([.. others.Select(static n => n.Name)]);
        }

        var what = plan.Operation == GraphOperation.Stop ? "stopped" : "restarted";
        foreach (var node in plan.Operation == GraphOperation.Start ? [] : others)
        {
            if (node.Needs.Where(chosen.Contains).ToList() is { Count: > 0 } needs)
            {
                yield return $"{node.Name} stays as it is and needs {NearestName.Some(needs)}, which {(needs.Count == 1 ? "is" : "are")} "
                    + what;
            }
        }
    }

    /// <summary>
    /// A row for each step, in an order in which they could run one by one, with what it waits for; what follows from the others is left
    /// out.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cutsLast">Of what each step does, only what fits on one line.</param>
    public static TextTable Of(ServiceGraphPlan plan, bool cutsLast)
    {
        var table = new TextTable("Step", "", "After", ">At most", "What") { CutsLast = cutsLast };
        var shortest = new ShortestAfter(plan.Steps);
        foreach (var (at, step) in plan.Steps.Index())
        {
            var after = shortest.Of(at).Select(before => plan.Steps[before]).GroupBy(static s => Verb(s.Kind));
            table.Add(
                new Cell(Verb(step.Kind), Paint.Strong),
                step.Target,
                string.Join(", ", after.Select(static g => $"{g.Key} {Targets([.. g.Select(static s => s.Target)])}")),
                step.Timeout is { } limit ? Duration.Format(limit) : "",
                new Cell(step.Description, Paint.Faint)
            );
        }

        return table;
    }

    /// <summary>One cell of thousands of names would make every row as wide.</summary>
    private static string Targets(List<string> names) =>
        string.Join(' ', names.Take(MostNamed))
        + (names.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $" and {names.Count - MostNamed} more") : "");

    private static string Verb(StepKind kind) =>
        kind switch
        {
            StepKind.Signal => "signal",
            StepKind.WaitReady => "ready",
            StepKind.Settle => "settle",
            _ => RunTable.Verb(kind),
        };
}
