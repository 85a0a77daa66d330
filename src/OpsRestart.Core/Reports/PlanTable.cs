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
        var what =
            (
                plan.IsEmergency ? "emergency "
                : plan.IsRolling ? "rolling "
                : ""
            ) + plan.Operation.ToString().ToLowerInvariant();
        return $"Plan: {what} of {plan.Graph}, "
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

    /// <summary>What an emergency stop means, for the question before it.</summary>
    public static IEnumerable<string> Consequences(ServiceGraphPlan plan)
    {
        var kills = plan.Steps.Where(static s => s.Kind == StepKind.Kill).Select(static s => s.Target).ToList();
        var stops = plan.Steps.Where(static s => s.Kind == StepKind.Stop).Select(static s => s.Target).ToList();
        if (kills.Count > 0)
        {
            yield return $"{TaskCount.Count(kills.Count, "service")} killed at once: {NearestName.Some(kills)}. "
                + "What was at work there is cut off, and may be lost or left half done.";
        }

        if (stops.Count > 0)
        {
            yield return $"{TaskCount.Count(stops.Count, "datastore")} told to stop, with their own time, and not killed: "
                + $"{NearestName.Some(stops)}.";
        }

        yield return "No queue is drained, and nothing is rolled back.";
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
