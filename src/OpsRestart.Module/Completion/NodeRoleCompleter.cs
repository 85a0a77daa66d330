namespace OpsRestart.Completion;

/// <summary>Completes roles of the nodes of the graph that the command line names.</summary>
public sealed class NodeRoleCompleter : NodeCompleter
{
    private protected override IEnumerable<string> Words(IEnumerable<ServiceNode> nodes) =>
        nodes.Select(static n => n.Role).OfType<string>().Distinct(StringComparer.Ordinal);
}
