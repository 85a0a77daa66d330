namespace OpsRestart.Core.Planning;

/// <summary>Puts steps into an order in which they could run one by one; steps that are free of each other keep their order.</summary>
internal static class StepSort
{
    public static IReadOnlyList<PlanStep> InOrder(IReadOnlyList<PlanStep> steps)
    {
        var sorted = new List<PlanStep>(steps.Count);
        var done = new HashSet<string>(StringComparer.Ordinal);
        var left = steps.ToList();
        while (left.Count > 0)
        {
            var next = left.FindIndex(s => s.After.All(done.Contains));
            if (next < 0)
            {
                // The validator names cycles before anything is planned; this guards against a plan that could never end.
                throw new OpsRestartException(OpsError.CyclicDependency, $"These steps wait for each other: {string.Join(", ", left.Select(static s => s.Id))}.", null,
                    "Run Test-ServiceGraph or 'opsrestart check' to see the path of the cycle.");
            }

            done.Add(left[next].Id);
            sorted.Add(left[next]);
            left.RemoveAt(next);
        }

        return sorted;
    }
}
