namespace OpsRestart.Completion;

/// <summary>Completes names of the nodes of the graph that the command line names.</summary>
public sealed class NodeNameCompleter : NodeCompleter
{
    private protected override IEnumerable<string> Words(IEnumerable<ServiceNode> nodes) => nodes.Select(static n => n.Name);
}
