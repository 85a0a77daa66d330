using OpsRestart.Core.Queues;

namespace OpsRestart.Core.Execution;

/// <summary>Which workers of a queue are those of certain nodes: a worker is a node's when its process is one of the service's.</summary>
internal static class NodeWorkers
{
    public static async Task<IReadOnlyList<QueueWorker>> FindAsync(
        IWorkQueueSystem system,
        IEnumerable<ServiceNode> nodes,
        IServiceHost services,
        CancellationToken cancellationToken
    )
    {
        var workers = system.GetWorkersAsync(cancellationToken);
        var found = await Task.WhenAll(nodes.Select(n => PidsAsync(n, services, cancellationToken))).ConfigureAwait(false);
        var pids = found.SelectMany(static p => p).ToHashSet();
        return [.. (await workers.ConfigureAwait(false)).Where(w => w.Pid is { } pid && pids.Contains(pid))];
    }

    private static async Task<IEnumerable<int>> PidsAsync(ServiceNode node, IServiceHost services, CancellationToken cancellationToken)
    {
        var manager = await services.GetManagerAsync(node, cancellationToken).ConfigureAwait(false);
        return (await manager.GetProcessesAsync(node.Service, cancellationToken).ConfigureAwait(false)).Select(static p => p.Pid);
    }
}
