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
        var probes = graph.Probes;
        var results = await session.CheckAsync(probes, cancellationToken).ConfigureAwait(false);
        var services = await reading.ConfigureAwait(false);
        var lines = graph.Nodes.Select(n => new ServiceLine(n.Name, services[n.Name], [.. probes.Zip(results).Where(p => p.First.Service == n.Name).Select(static p => p.Second)])).ToList();
        IReadOnlyList<ProbeResult> own = [.. probes.Zip(results).Where(static p => p.First.Service is null).Select(static p => p.Second)];
        StatusReport.Write(lines, own, json, Context.Terminal);
        var isWell = lines.All(StatusReport.IsWell) && own.All(static r => r.Status == ProbeStatus.Healthy);
        return isWell ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<IReadOnlyDictionary<string, ManagedService>> ReadAsync(OpsSession session, ServiceGraph graph, CancellationToken cancellationToken)
    {
        var groups = graph.Nodes.GroupBy(static n => (n.Manager, n.HostName, n.Scope)).Select(async group =>
        {
            var manager = await session.Services.GetManagerAsync(group.Key.Manager, group.Key.HostName, group.Key.Scope, cancellationToken).ConfigureAwait(false);
            return await Task.WhenAll(group.Select(node => ReadAsync(manager, node, cancellationToken))).ConfigureAwait(false);
        });
        return (await Task.WhenAll(groups).ConfigureAwait(false)).SelectMany(static g => g).ToDictionary(static p => p.Node, static p => p.Service, StringComparer.Ordinal);
    }

    private static async Task<(string Node, ManagedService Service)> ReadAsync(IServiceManager manager, ServiceNode node, CancellationToken cancellationToken)
    {
        var found = await manager.GetServicesAsync(new ServiceQuery { Names = [node.Service], Detailed = true }, cancellationToken).ConfigureAwait(false);
        return (node.Name, found.Count > 0 ? found[0] : new ManagedService { Name = node.Service, Id = node.Service, Manager = node.Manager, State = ServiceState.NotFound });
    }
}
