using OpsRestart.Core.Reports;

namespace OpsRestart.Cli.Output;

/// <summary>A graph as it is.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Results">Of all its checks.</param>
/// <param name="Services">By node, as their managers see them.</param>
internal sealed record GraphStatus(
    ServiceGraph Graph,
    IReadOnlyList<ProbeResult> Results,
    IReadOnlyDictionary<string, ManagedService> Services
)
{
    /// <summary>Of probes of the whole.</summary>
    public IReadOnlyList<ProbeResult> Own => [.. Results.Where(static r => r.Node is null)];

    public IReadOnlyList<NodeLine> Lines(Func<ProbeResult, bool> isTold) =>
        [.. Graph.Nodes.Select(n => new NodeLine(n.Name, Services[n.Name], [.. Results.Where(r => r.Node == n.Name && isTold(r))]))];

    public NagiosResult ToNagios(TimeProvider time) => NagiosReport.Of(Results, Graph.Name, time.GetUtcNow().UtcDateTime);
}
