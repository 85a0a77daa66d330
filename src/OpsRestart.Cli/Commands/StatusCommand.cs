using OpsRestart.Adapters.Composition;
using OpsRestart.Cli.Output;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Cli.Commands;

/// <summary>The services of a graph as they are, each with its probes checked once.</summary>
internal sealed class StatusCommand : GraphCommand
{
    public StatusCommand(CommandContext context)
        : base("status", "Show the services of a graph and check their probes once. Exit code 0: all run and are healthy.", context)
        => SetAction((parsed, cancellation) => context.RunAsync(Json(parsed), session => RunAsync(session, Graph(parsed), Json(parsed), cancellation)));

    private async Task<int> RunAsync(OpsSession session, string name, bool json, CancellationToken cancellationToken)
    {
        var graph = session.LoadGraph(name);
        var reading = ReadAsync(session, graph, cancellationToken);
        var results = await session.CheckAsync(HealthChecks.Of(graph), cancellationToken).ConfigureAwait(false);
        var services = await reading.ConfigureAwait(false);
        var lines = graph.Nodes.Select(n => new ServiceLine(n.Name, services[n.Name], [.. results.Where(r => r.Service == n.Name && IsTold(r))])).ToList();
        IReadOnlyList<ProbeResult> own = [.. results.Where(static r => r.Service is null)];
        StatusReport.Write(lines, own, json, Context.Terminal);
        return results.All(static r => r.IsGood) ? ExitCode.Done : ExitCode.Failed;
    }

    // That a service runs is in its state already.
    private static bool IsTold(ProbeResult result) => result.Probe != ProbeDefinition.ServiceKind || !result.IsGood;

    private static async Task<IReadOnlyDictionary<string, ManagedService>> ReadAsync(OpsSession session, ServiceGraph graph, CancellationToken cancellationToken)
    {
        var groups = graph.Nodes.GroupBy(static n => (n.Manager, n.HostName, n.Scope)).Select(group => ReadGroupAsync(session, [.. group], cancellationToken));
        return (await Task.WhenAll(groups).ConfigureAwait(false)).SelectMany(static g => g).ToDictionary(static p => p.Node, static p => p.Service, StringComparer.Ordinal);
    }

    /// <summary>One host that can't be reached must not hide the others: its services are unknown, and their checks say why.</summary>
    private static async Task<IReadOnlyList<(string Node, ManagedService Service)>> ReadGroupAsync(OpsSession session, IReadOnlyList<ServiceNode> nodes, CancellationToken cancellationToken)
    {
        try
        {
            var manager = await session.Services.GetManagerAsync(nodes[0].Manager, nodes[0].HostName, nodes[0].Scope, cancellationToken).ConfigureAwait(false);
            return await Task.WhenAll(nodes.Select(node => ReadAsync(manager, node, cancellationToken))).ConfigureAwait(false);
        }
        catch (OpsRestartException)
        {
            return [.. nodes.Select(static n => (n.Name, Missing(n, ServiceState.Unknown)))];
        }
    }

    private static async Task<(string Node, ManagedService Service)> ReadAsync(IServiceManager manager, ServiceNode node, CancellationToken cancellationToken)
    {
        var found = await manager.GetServicesAsync(new ServiceQuery { Names = [node.Service], Detailed = true }, cancellationToken).ConfigureAwait(false);
        return (node.Name, found.Count > 0 ? found[0] : Missing(node, ServiceState.NotFound));
    }

    private static ManagedService Missing(ServiceNode node, ServiceState state) =>
        new() { Name = node.Service, Id = node.Service, Manager = node.Manager, HostName = node.HostName ?? "localhost", State = state };
}
