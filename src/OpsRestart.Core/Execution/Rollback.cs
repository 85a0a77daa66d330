using OpsRestart.Core.Graph;
using OpsRestart.Core.Planning;

namespace OpsRestart.Core.Execution;

/// <summary>The rollback: from whatever state a run has left things in to the one that was recorded before it.</summary>
internal static class Rollback
{
    /// <summary>Steps that bring each node back that is not as it was: up again in start order, or down again.</summary>
    public static async Task<IReadOnlyList<PlanStep>> PlanAsync(RunState run, CancellationToken cancellationToken)
    {
        var nodes = run.Plan.Nodes.Select(run.Node).ToList();
        var now = await Task.WhenAll(nodes.Select(n => TryReadAsync(n, run, cancellationToken))).ConfigureAwait(false);

        // What can't be looked at (its manager is gone) can't be brought back; the others can. It is told with what is left.
        var states = nodes
            .Zip(now)
            .Where(static p => p.Second.Now is not null)
            .ToDictionary(static p => p.First.Name, static p => p.Second.Now!.State, StringComparer.Ordinal);

        // Unless that manager is itself a service that is brought back first.
        var order = new GraphOrder(run.Plan.Definition);
        foreach (var node in nodes.Where(n => !states.ContainsKey(n.Name)))
        {
            if (
                GraphOrder
                    .Closure([node.Name], order.StartAfter)
                    .Any(n => run.Prior[n].WasRunning && states.TryGetValue(n, out var state) && !IsBack(state, run.Prior[n]))
            )
            {
                states[node.Name] = ServiceState.Unknown;
            }
        }

        nodes = [.. nodes.Where(n => states.ContainsKey(n.Name))];

        var up = nodes
            .Where(n => run.Prior[n.Name].WasRunning && !IsBack(states[n.Name], run.Prior[n.Name]))
            .Select(static n => n.Name)
            .ToHashSet(StringComparer.Ordinal);
        var down = nodes
            .Where(n => !run.Prior[n.Name].WasRunning && Recorder.IsUp(states[n.Name]))
            .Select(static n => n.Name)
            .ToHashSet(StringComparer.Ordinal);
        var steps = new List<PlanStep>();
        foreach (var node in nodes.Where(n => down.Contains(n.Name)))
        {
            var after = GraphOrder.Before(order.StopAfter, node.Name, down).Select(StepId.Stop);
            Add(StepId.Stop, StepKind.Stop, node, after, node.StopTimeout, $"Stop {node.Service} again: it was not running before");
        }

        foreach (var node in nodes.Where(n => up.Contains(n.Name)))
        {
            var after = GraphOrder.Before(order.StartAfter, node.Name, up).Select(n => Ready(run.Node(n)));
            Add(StepId.Start, StepKind.Start, node, after, node.StartTimeout, $"Start {node.Service} again: it was running before");
            if (node.Ready.Count > 0)
            {
                var start = StepId.Start(node.Name);
                Add(StepId.Ready, StepKind.WaitReady, node, [start], null, $"Wait until {node.Service} is healthy again");
            }
        }

        return StepSort.InOrder(steps);

        void Add(
            Func<string, string> id,
            StepKind kind,
            ServiceNode node,
            IEnumerable<string> after,
            TimeSpan? timeout,
            string description
        ) =>
            steps.Add(
                new PlanStep
                {
                    Id = id(node.Name),
                    Kind = kind,
                    Target = node.Name,
                    Service = node.Service,
                    After = [.. after],
                    Timeout = timeout,
                    Description = description,
                }
            );
    }

    /// <summary>What is not as it was, one sentence each.</summary>
    public static async Task<IReadOnlyList<string>> DifferencesAsync(RunState run, CancellationToken cancellationToken)
    {
        var left = await Task.WhenAll(run.Plan.Nodes.Select(n => DifferenceAsync(run.Node(n), run, cancellationToken)))
            .ConfigureAwait(false);
        return [.. left.OfType<string>()];
    }

    private static async Task<string?> DifferenceAsync(ServiceNode node, RunState run, CancellationToken cancellationToken)
    {
        var prior = run.Prior[node.Name];
        var (now, trouble) = await TryReadAsync(node, run, cancellationToken).ConfigureAwait(false);
        if (now is null)
        {
            return $"{node.Name} ({node.Service}): its state could not be read: {trouble}";
        }

        if (prior.WasRunning && !IsBack(now.State, prior) && !IsJustRestarted(now, prior))
        {
            return $"{node.Name} ({node.Service}) was running and is {now.State.ToString().ToLowerInvariant()}";
        }

        if (!prior.WasRunning && Recorder.IsUp(now.State))
        {
            return $"{node.Name} ({node.Service}) was not running and is {now.State.ToString().ToLowerInvariant()}";
        }

        if (prior.WasRunning && run.NotConsuming.TryGetValue(node.Name, out var queue))
        {
            return $"{node.Name} ({node.Service}) runs and does not consume queue '{queue}'";
        }

        if (prior.WasHealthy == true && !await Recorder.IsHealthyAsync(node, run, cancellationToken).ConfigureAwait(false))
        {
            if (!IsTouched(node, run))
            {
                // A worker that hangs is the reason for this rollback, not a failure of it.
                run.Journal.Warn(
                    $"{node.Name} ({node.Service}) was healthy before this run and is not any more; the run had not touched it."
                );
                return null;
            }

            return $"{node.Name} ({node.Service}) runs, was healthy, and is not";
        }

        return null;
    }

    private static async Task<(ManagedService? Now, string? Trouble)> TryReadAsync(
        ServiceNode node,
        RunState run,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (await run.ReadAsync(node, cancellationToken).ConfigureAwait(false), null);
        }
        catch (OpsRestartException e)
        {
            return (null, SecretText.Redact(e.Message));
        }
    }

    /// <summary>The run stopped or started it, or something that it needs.</summary>
    private static bool IsTouched(ServiceNode node, RunState run)
    {
        var seen = new HashSet<string>([node.Name], StringComparer.Ordinal);
        var pending = new Stack<string>(seen);
        while (pending.TryPop(out var name))
        {
            if (run.Stopped.ContainsKey(name) || run.Started.ContainsKey(name))
            {
                return true;
            }

            foreach (var need in run.Node(name).Needs.Where(seen.Add))
            {
                pending.Push(need);
            }
        }

        return false;
    }

    /// <summary>Up; or not yet, or again and again, just as it was found.</summary>
    private static bool IsBack(ServiceState now, PriorState prior) =>
        now is ServiceState.Running or ServiceState.Exited || now == prior.Service.State;

    /// <summary>
    /// Its manager has started it again a moment ago, which counts as flapping for a while: its probes, which were well before, judge it;
    /// without probes that it stays up.
    /// </summary>
    private static bool IsJustRestarted(ManagedService now, PriorState prior) =>
        now is { State: ServiceState.Flapping, SubState: "running" } or { State: ServiceState.Flapping, ActiveState: "RUNNING" }
        && (prior.WasHealthy ?? (now.Uptime >= PlannedState.StableByDefault));

    private static string Ready(ServiceNode node) => node.Ready.Count > 0 ? StepId.Ready(node.Name) : StepId.Start(node.Name);
}
