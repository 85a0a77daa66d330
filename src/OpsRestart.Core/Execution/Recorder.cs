namespace OpsRestart.Core.Execution;

/// <summary>Records how each node of the graph is before anything is changed.</summary>
internal static class Recorder
{
    /// <summary>One look each; a probe that hangs must not hold up the run.</summary>
    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(2);

    public static async Task<IReadOnlyDictionary<string, PriorState>> RecordAsync(RunState run, CancellationToken cancellationToken)
    {
        var states = await Task.WhenAll(run.Plan.Definition.Nodes.Select(n => RecordAsync(n, run, cancellationToken)))
            .ConfigureAwait(false);
        return run.Plan.Definition.Nodes.Zip(states).ToDictionary(static p => p.First.Name, static p => p.Second, StringComparer.Ordinal);
    }

    /// <summary>Up, or on its way up: what a restart has to bring back.</summary>
    public static bool IsUp(ServiceState state) =>
        state is ServiceState.Running or ServiceState.Exited or ServiceState.Starting or ServiceState.Reloading or ServiceState.Flapping;

    private static async Task<PriorState> RecordAsync(ServiceNode node, RunState run, CancellationToken cancellationToken)
    {
        var service = await run.Services.FindAsync(node, cancellationToken).ConfigureAwait(false);
        // One that nobody can tell of is brought back too: a restart that left it down would be worse than one start too many.
        var up = IsUp(service.State) || service.State == ServiceState.Unknown;
        return new PriorState(
            service,
            up,
            up && node.Ready.Count > 0 ? await IsHealthyAsync(node, run, cancellationToken).ConfigureAwait(false) : null
        );
    }

    public static async Task<bool> IsHealthyAsync(ServiceNode node, RunState run, CancellationToken cancellationToken)
    {
        var results = await Task.WhenAll(node.Ready.Select(p => OnceAsync(p, node, run, cancellationToken))).ConfigureAwait(false);
        return results.All(static healthy => healthy);
    }

    private static async Task<bool> OnceAsync(
        ProbeDefinition definition,
        ServiceNode node,
        RunState run,
        CancellationToken cancellationToken
    )
    {
        var once = definition with { Within = ProbePatience, Successes = 1, Every = ProbePatience };
        return (await run.ProbeAsync(once, node, null, cancellationToken).ConfigureAwait(false)).Healthy;
    }
}

/// <summary>How a node was before the run changed anything.</summary>
/// <param name="Service">As the manager saw it.</param>
/// <param name="WasRunning">It ran, or was on its way up.</param>
/// <param name="WasHealthy">All its probes were healthy; null when it has none or did not run.</param>
internal sealed record PriorState(ManagedService Service, bool WasRunning, bool? WasHealthy);
