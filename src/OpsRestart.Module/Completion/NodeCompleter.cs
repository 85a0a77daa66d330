using System.Collections;
using System.Management.Automation.Language;
using OpsRestart.Session;

namespace OpsRestart.Completion;

/// <summary>Completes what the nodes of the graph have that the command line names.</summary>
public abstract class NodeCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters
    )
    {
        var graph = (fakeBoundParameters["Graph"] ?? fakeBoundParameters["InputObject"])?.ToString();
        return string.IsNullOrEmpty(graph)
            ? []
            : new CompletionCache(TimeSpan.Zero).Complete(wordToComplete, () => [.. Words(RunspaceSession.Current.LoadGraph(graph).Nodes)]);
    }

    private protected abstract IEnumerable<string> Words(IEnumerable<ServiceNode> nodes);
}
