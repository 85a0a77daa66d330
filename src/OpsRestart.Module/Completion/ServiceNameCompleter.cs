using System.Collections;
using System.Management.Automation.Language;
using OpsRestart.Session;

namespace OpsRestart.Completion;

/// <summary>Completes names of this host's services. Other hosts are never asked: a tab must not wait for a network.</summary>
public sealed class ServiceNameCompleter : IArgumentCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly CompletionCache System = new(TimeSpan.FromSeconds(10));
    private static readonly CompletionCache User = new(TimeSpan.FromSeconds(10));

    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters
    )
    {
        var scope = Enum.TryParse<ServiceScope>(fakeBoundParameters["Scope"]?.ToString(), true, out var given)
            ? given
            : ServiceScope.System;
        var session = RunspaceSession.Current;
        return (scope == ServiceScope.User ? User : System).Complete(
            wordToComplete,
            () => Task.Run(() => ReadAsync(session, scope)).GetAwaiter().GetResult()
        );
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(Adapters.Composition.OpsSession session, ServiceScope scope)
    {
        using var patience = new CancellationTokenSource(Patience);
        var manager = await session
            .Services.GetManagerAsync(ManagerTarget.Here with { Scope = scope }, patience.Token)
            .ConfigureAwait(false);
        var services = await manager.GetServicesAsync(new ServiceQuery { IncludeUnloaded = true }, patience.Token).ConfigureAwait(false);
        return [.. services.Select(static s => s.Name)];
    }
}
