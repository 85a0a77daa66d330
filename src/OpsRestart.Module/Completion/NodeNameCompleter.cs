using System.Collections;
using System.Management.Automation.Language;
using OpsRestart.Session;

namespace OpsRestart.Completion;

/// <summary>Completes names of the nodes of the graph that the command line names.</summary>
public sealed class NodeNameCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters
    )
    {
        var graph = fakeBoundParameters["Graph"]?.ToString();
        return string.IsNullOrEmpty(graph)
            ? []
            : new CompletionCache(TimeSpan.Zero).Complete(
                wordToComplete,
                () => [.. RunspaceSession.Current.LoadGraph(graph).Nodes.Select(static n => n.Name)]
            );
    }
}
