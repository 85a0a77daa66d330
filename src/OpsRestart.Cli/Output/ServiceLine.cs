namespace OpsRestart.Cli.Output;

/// <summary>One service of a graph with its health, for <c>status --json</c>.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Service">As its manager sees it.</param>
/// <param name="Probes">Its probes, each checked once.</param>
internal sealed record ServiceLine(string Name, ManagedService Service, IReadOnlyList<ProbeResult> Probes);
