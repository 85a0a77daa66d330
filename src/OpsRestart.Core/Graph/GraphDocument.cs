namespace OpsRestart.Core.Graph;

/// <summary>
/// A graph as read, with all that was found while reading. The graph is null only when nothing could be made of the text.
/// </summary>
internal sealed record GraphDocument(ServiceGraph? Graph, IReadOnlyList<GraphFinding> Findings)
{
    public bool IsValid => Graph is not null && Findings.All(static f => f.Severity != FindingSeverity.Error);
}
