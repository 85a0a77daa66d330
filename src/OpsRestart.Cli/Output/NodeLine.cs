namespace OpsRestart.Cli.Output;

/// <summary>One node of a graph with its health, for <c>status --json</c>.</summary>
/// <param name="Node">Its name in the graph.</param>
/// <param name="Service">Its service, as the manager sees it.</param>
/// <param name="Probes">Its probes, each checked once.</param>
internal sealed record NodeLine(string Node, ManagedService Service, IReadOnlyList<ProbeResult> Probes);
