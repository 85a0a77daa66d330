using OpsRestart.Core.Execution;

namespace OpsRestart.Adapters.Checks;

/// <summary>
/// Whether the workers of single nodes can be told from the others of their queues: without that none could be restarted while the others
/// go on.
/// </summary>
internal sealed class RollingCheck(IWorkQueueFactory queues, IServiceHost host) : IPreflightCheck
{
    public async Task<IReadOnlyList<GraphFinding>> CheckAsync(
        ServiceGraphPlan plan,
        ServiceLooks services,
        CancellationToken cancellationToken
    )
    {
        var findings = new List<GraphFinding>();
        foreach (var step in plan.Steps.Where(static s => s is { Kind: StepKind.DrainQueue, Nodes.Count: > 0 }))
        {
            findings.AddRange(await CheckAsync(plan, step, services, cancellationToken).ConfigureAwait(false));
        }

        foreach (
            var queue in plan.Definition.Queues.Where(q =>
                plan.IsRolling && q.System == "rabbitmq" && q.ConsumedBy.Any(plan.Nodes.Contains)
            )
        )
        {
            findings.Add(
                Finding(
                    plan,
                    queue.Name,
                    $"Consumers of plain RabbitMQ queues ('{queue.Name}') can't be suspended one by one.",
                    "Restart them without rolling."
                )
            );
        }

        return findings;
    }

    private async Task<IEnumerable<GraphFinding>> CheckAsync(
        ServiceGraphPlan plan,
        PlanStep step,
        ServiceLooks services,
        CancellationToken cancellationToken
    )
    {
        var running = new List<ServiceNode>();
        foreach (var node in plan.Definition.Nodes.Where(n => step.Nodes.Contains(n.Name)))
        {
            if (Recorder.IsUp((await services.FindAsync(node, cancellationToken).ConfigureAwait(false)).State))
            {
                running.Add(node);
            }
        }

        var queue = plan.Definition.Queues.First(q => q.Name == step.Target);
        var unknown = new List<string>();
        var system = await queues.OpenAsync(queue, cancellationToken).ConfigureAwait(false);
        await using (system.ConfigureAwait(false))
        {
            foreach (var node in running)
            {
                if ((await NodeWorkers.FindAsync(system, [node], host, cancellationToken).ConfigureAwait(false)).Count == 0)
                {
                    unknown.Add(node.Name);
                }
            }
        }

        return unknown.Select(name =>
            Finding(
                plan,
                name,
                $"Which worker of queue '{queue.Name}' is that of '{name}' is not known: none that answers runs in its service.",
                "See whether it consumes this queue and answers; one on another host or in a container can't be told from the others."
            )
        );
    }

    private static GraphFinding Finding(ServiceGraphPlan plan, string target, string message, string advice) =>
        new()
        {
            Code = "WorkerUnknown",
            Message = message,
            Target = target,
            File = plan.Definition.Path,
            Advice = advice,
        };
}
