using OpsRestart.Core.Execution;
using OpsRestart.Core.Planning;

namespace OpsRestart.Adapters.Checks;

/// <summary>
/// A migration under running tasks breaks them: a plan that stops consumers without draining their queue first may run no hook. Known
/// before the first stop.
/// </summary>
internal sealed class HooksCheck : IPreflightCheck
{
    public async Task<IReadOnlyList<GraphFinding>> CheckAsync(
        ServiceGraphPlan plan,
        ServiceLooks services,
        CancellationToken cancellationToken
    )
    {
        var findings = new List<GraphFinding>();
        if (plan.Definition.Hooks.FirstOrDefault(static h => HookPhases.IsAtRest(h.When)) is { } hook)
        {
            findings.AddRange(plan.Definition.Hooks.SelectMany(h => NeedsConsumer(plan, h)));
            foreach (var queue in plan.Definition.Queues.Where(q => IsNotDrained(plan, q)))
            {
                if (await AnyRunsAsync(plan, queue, services, cancellationToken).ConfigureAwait(false))
                {
                    findings.Add(Finding(plan, hook, queue));
                }
            }
        }

        return findings;
    }

    /// <summary>What consumes a queue can't be ready and at rest.</summary>
    private static IEnumerable<GraphFinding> NeedsConsumer(ServiceGraphPlan plan, GraphHook hook)
    {
        foreach (var queue in plan.Definition.Queues.Where(static q => q.Drain != DrainLevel.None))
        {
            if (queue.ConsumedBy.Intersect(hook.Needs).FirstOrDefault(plan.Nodes.Contains) is { } consumer)
            {
                yield return new GraphFinding
                {
                    Severity = FindingSeverity.Warning,
                    Code = "HookNeedsConsumer",
                    Message =
                        $"'{hook.Name}' needs '{consumer}', which consumes queue '{queue.Name}': tasks of that queue may run beside it.",
                    Target = hook.Name,
                    File = plan.Definition.Path,
                    Line = hook.Line,
                    Advice = $"Leave '{consumer}' out of the needs of '{hook.Name}'.",
                };
            }
        }
    }

    private static bool IsNotDrained(ServiceGraphPlan plan, GraphQueue queue) =>
        queue.ConsumedBy.Any(plan.Nodes.Contains) && queue.Drain == DrainLevel.None;

    /// <summary>Where no consumer runs, there is nothing to drain.</summary>
    private static async Task<bool> AnyRunsAsync(
        ServiceGraphPlan plan,
        GraphQueue queue,
        ServiceLooks services,
        CancellationToken cancellationToken
    )
    {
        foreach (var node in plan.Definition.Nodes.Where(n => queue.ConsumedBy.Contains(n.Name)))
        {
            if (Recorder.IsUp((await services.FindAsync(node, cancellationToken).ConfigureAwait(false)).State))
            {
                return true;
            }
        }

        return false;
    }

    private static GraphFinding Finding(ServiceGraphPlan plan, GraphHook hook, GraphQueue queue) =>
        new()
        {
            Severity = FindingSeverity.Error,
            Code = "HookNeedsDrain",
            Message =
                $"'{hook.Name}' may not run: queue '{queue.Name}' is not drained in this run, and its tasks would "
                + "go on over changed ground.",
            Target = queue.Name,
            File = plan.Definition.Path,
            Line = queue.Line,
            Advice = "Use the drain mode 'wait' (or the queue's own drain level), or force the run if breaking those tasks is acceptable.",
        };
}
