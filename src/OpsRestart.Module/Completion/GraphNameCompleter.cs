using System.Collections;
using System.Management.Automation.Language;
using OpsRestart.Session;

namespace OpsRestart.Completion;

/// <summary>Completes names of the graphs in the catalogue folders.</summary>
public sealed class GraphNameCompleter : IArgumentCompleter
{
    private static readonly CompletionCache Names = new(TimeSpan.FromSeconds(2));

    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters
    ) => Names.Complete(wordToComplete, RunspaceSession.Current.Graphs.ListNames);
}
