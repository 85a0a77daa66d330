namespace OpsRestart.Core.Planning;

/// <summary>Puts steps into an order in which they could run one by one; steps that are free of each other keep their order.</summary>
internal static class StepSort
{
    public static IReadOnlyList<PlanStep> InOrder(IReadOnlyList<PlanStep> steps)
    {
        var open = steps.Select(static s => s.After.Distinct().Count()).ToArray();
        var followers = steps
            .SelectMany(static (s, at) => s.After.Distinct().Select(id => (id, at)))
            .ToLookup(static f => f.id, static f => f.at, StringComparer.Ordinal);
        var ready = new PriorityQueue<int, int>(Enumerable.Range(0, steps.Count).Where(at => open[at] == 0).Select(static at => (at, at)));
        var sorted = new List<PlanStep>(steps.Count);
        while (ready.TryDequeue(out var next, out _))
        {
            sorted.Add(steps[next]);
            foreach (var at in followers[steps[next].Id].Where(at => --open[at] == 0))
            {
                ready.Enqueue(at, at);
            }
        }

        // The validator names cycles before anything is planned; this guards against a plan that could never end.
        return sorted.Count == steps.Count
            ? sorted
            : throw new OpsRestartException(
                OpsError.CyclicDependency,
                $"These steps wait for each other: {string.Join(", ", steps.Except(sorted).Select(static s => s.Id))}.",
                null,
                "Check the graph to see the path of the cycle."
            );
    }
}
