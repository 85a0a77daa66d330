using System.Globalization;
using OpsRestart.Core.Execution;

namespace OpsRestart.Core.Planning;

/// <summary>A plan as people read it: a headline and a row for each step. Both fronts show the same.</summary>
public static class PlanTable
{
    private const int MostNamed = 20;

    public static string Headline(ServiceGraphPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var queues = plan.Steps.Count(static s => s.Kind == StepKind.DrainQueue);
        var drains = queues == 0 ? "" : $", {Count(queues, "drain")}";
        return $"Plan: {plan.Operation.ToString().ToLowerInvariant()} of {plan.Graph}, {Count(plan.Nodes.Count, "service")}{drains}, {Count(plan.Steps.Count, "step")}; nothing was changed";
    }

    /// <summary>A row for each step, in an order in which they could run one by one.</summary>
    public static IReadOnlyList<PlanRow> Rows(ServiceGraphPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var shortest = new ShortestAfter(plan.Steps);
        return [.. plan.Steps.Select((step, at) => Row(step, shortest.Of(at).Select(before => plan.Steps[before])))];
    }

    private static PlanRow Row(PlanStep step, IEnumerable<PlanStep> after) => new()
    {
        Verb = Verb(step.Kind),
        Target = step.Target,
        After = string.Join(", ", after.GroupBy(static s => Verb(s.Kind)).Select(static g => $"{g.Key} {Targets([.. g.Select(static s => s.Target)])}")),
        Timeout = step.Timeout,
        Description = step.Description,
    };

    /// <summary>One cell of thousands of names would make every row as wide.</summary>
    private static string Targets(List<string> names)
        => string.Join(' ', names.Take(MostNamed)) + (names.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $" and {names.Count - MostNamed} more") : "");

    private static string Verb(StepKind kind) => kind switch
    {
        StepKind.Signal => "signal",
        StepKind.WaitReady => "ready",
        StepKind.Settle => "settle",
        _ => RunTable.Verb(kind),
    };

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
