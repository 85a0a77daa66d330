using OpsRestart.Core.Execution;

namespace OpsRestart.Adapters.Checks;

/// <summary>The brokers of a plan's queues are reachable, and the expected workers answer: better known before the first stop.</summary>
/// <param name="queues">Opens the queue systems.</param>
/// <param name="hostName">What replaces <c>{hostname}</c> in the names of expected workers.</param>
internal sealed class QueuesCheck(IWorkQueueFactory queues, string hostName) : IPreflightCheck
{
    /// <summary>
    /// On a busy machine an answer may come after the moment that one look waits; who stays silent in all of these is refused.
    /// </summary>
    private const int Looks = 5;

    public async Task<IReadOnlyList<GraphFinding>> CheckAsync(
        ServiceGraphPlan plan,
        ServiceLooks services,
        CancellationToken cancellationToken
    )
    {
        var touched = plan.Definition.Queues.Where(static q => q.Drain != DrainLevel.None || q.Suspend);
        var found = await Task.WhenAll(touched.Select(q => CheckAsync(plan, q, services, cancellationToken))).ConfigureAwait(false);
        return [.. found.SelectMany(static f => f)];
    }

    private async Task<IReadOnlyList<GraphFinding>> CheckAsync(
        ServiceGraphPlan plan,
        GraphQueue queue,
        ServiceLooks services,
        CancellationToken cancellationToken
    )
    {
        // A mode or a selection may plan another drain than the graph asks for, and a system that knows only some is to refuse it now.
        var wrong = queues.Validate(queue);
        if (wrong.Count > 0)
        {
            return [.. wrong.Select(f => f with { File = plan.Definition.Path })];
        }

        var consumers = await Task.WhenAll(
                plan.Definition.Nodes.Where(n => queue.ConsumedBy.Contains(n.Name)).Select(n => services.FindAsync(n, cancellationToken))
            )
            .ConfigureAwait(false);
        if (!consumers.Any(static c => Recorder.IsUp(c.State)))
        {
            return [];
        }

        try
        {
            var system = await queues.OpenAsync(queue, cancellationToken).ConfigureAwait(false);
            await using (system.ConfigureAwait(false))
            {
                var workers = await WorkersAsync(system, queue, cancellationToken).ConfigureAwait(false);
                if (queue.Queues.Count > 0)
                {
                    // A misspelt queue would be empty for ever.
                    await system.GetQueuesAsync(queue.Queues, cancellationToken).ConfigureAwait(false);
                }

                var tasks = await system
                    .GetTasksAsync(new WorkerTaskQuery { Queues = queue.Queues, States = [WorkerTaskState.Active] }, cancellationToken)
                    .ConfigureAwait(false);
                var risks = await system.FindRisksAsync(cancellationToken).ConfigureAwait(false);
                return [.. Missing(plan, queue, workers), .. TooLong(plan, queue, tasks, consumers), .. risks];
            }
        }
        catch (OpsRestartException e)
        {
            return [Finding(plan, queue, FindingSeverity.Error, e.Error.ToString(), $"Queue '{queue.Name}': {e.Message}", e.Advice ?? "")];
        }
    }

    private async Task<IReadOnlyList<QueueWorker>> WorkersAsync(
        IWorkQueueSystem system,
        GraphQueue queue,
        CancellationToken cancellationToken
    )
    {
        for (var look = 1; ; look++)
        {
            try
            {
                var workers = await system.GetWorkersAsync(cancellationToken).ConfigureAwait(false);
                if (look == Looks || Silent(queue, Alive(workers)).Count == 0)
                {
                    return workers;
                }
            }
            catch (OpsRestartException e) when (e.Error == OpsError.NoReply && look < Looks) { }
        }
    }

    private static List<QueueWorker> Alive(IReadOnlyList<QueueWorker> workers) =>
        [.. workers.Where(static w => w.State is not (QueueWorkerState.Dead or QueueWorkerState.Unresponsive))];

    /// <summary>The expected workers that are not among those that answer.</summary>
    private List<string> Silent(GraphQueue queue, List<QueueWorker> alive) =>
        [
            .. queue
                .Workers.Select(e => e.Replace("{hostname}", hostName, StringComparison.Ordinal))
                .Where(e => !alive.Exists(w => NameMatch.Matches(w.Name, e))),
        ];

    private IEnumerable<GraphFinding> Missing(ServiceGraphPlan plan, GraphQueue queue, IReadOnlyList<QueueWorker> workers)
    {
        var alive = Alive(workers);
        foreach (var expected in Silent(queue, alive))
        {
            yield return Finding(
                plan,
                queue,
                FindingSeverity.Error,
                "NoReply",
                $"Queue '{queue.Name}': the expected worker {expected} does not answer.",
                alive.Count == 0
                    ? "No worker answers at all: see whether the workers run, and whether they use this broker."
                    : $"These answer: {string.Join(", ", alive.Select(static w => w.Name))}."
            );
        }
    }

    private static IEnumerable<GraphFinding> TooLong(
        ServiceGraphPlan plan,
        GraphQueue queue,
        IReadOnlyList<WorkerTask> tasks,
        IReadOnlyList<ManagedService> consumers
    )
    {
        if (tasks.Where(static t => t.Age is not null).MaxBy(static t => t.Age) is not { Age: { } age } longest)
        {
            yield break;
        }

        foreach (var consumer in consumers.Where(c => c.StopTimeout is { } t && t != Timeout.InfiniteTimeSpan && t < age))
        {
            yield return Finding(
                plan,
                queue,
                FindingSeverity.Warning,
                "StopTimeoutTooShort",
                $"Queue '{queue.Name}': {longest.Name} {longest.Id} has been running for {Duration.Format(age)}, and {consumer.Name} "
                    + $"is killed {Duration.Format(consumer.StopTimeout!.Value)} after its stop.",
                $"Raise {(consumer.Manager == ServiceManagerKind.Supervisor ? "stopwaitsecs" : "TimeoutStopSec")} of {consumer.Name} "
                    + "above its longest task; the drain waits for it, a stop by hand would not."
            );
        }
    }

    private static GraphFinding Finding(
        ServiceGraphPlan plan,
        GraphQueue queue,
        FindingSeverity severity,
        string code,
        string message,
        string advice
    ) =>
        new()
        {
            Severity = severity,
            Code = code,
            Message = message,
            Target = queue.Name,
            File = plan.Definition.Path,
            Line = queue.Line,
            Advice = advice,
        };
}
