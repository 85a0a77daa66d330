namespace OpsRestart.Core.Execution;

/// <summary>The longest chain of steps that had to wait for each other, by their measured times.</summary>
internal static class CriticalPath
{
    public static (TimeSpan Length, IReadOnlyList<string> Steps) Of(IReadOnlyList<PlanStep> steps, IReadOnlyList<StepReport> reports)
    {
        var took = reports.Where(static r => !r.IsRollback).ToDictionary(static r => r.Id, static r => r.Took, StringComparer.Ordinal);
        var ends = new Dictionary<string, (TimeSpan Length, string? Before)>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            var before = step.After.MaxBy(id => ends[id].Length);
            var length = (before is null ? TimeSpan.Zero : ends[before].Length) + took.GetValueOrDefault(step.Id);
            ends[step.Id] = (length, before);
        }

        if (ends.Count == 0)
        {
            return (TimeSpan.Zero, []);
        }

        var path = new List<string>();
        // Of two ends of the same length the later step in the plan is the end of the chain.
        var longest = ends.Values.Max(static e => e.Length);
        string? last = steps.Last(s => ends[s.Id].Length == longest).Id;
        for (var at = last; at is not null; at = ends[at].Before)
        {
            path.Add(at);
        }

        path.Reverse();
        return (longest, path);
    }
}
