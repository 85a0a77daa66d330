using System.Collections;
using System.Collections.Concurrent;
using System.Management.Automation.Language;
using OpsRestart.Adapters.Composition;
using OpsRestart.Commands;
using OpsRestart.Session;

namespace OpsRestart.Completion;

/// <summary>
/// Completes names of this host's units and programs, of the manager that is named or of both. Other hosts and sockets are never asked: a
/// tab must not wait for a network.
/// </summary>
public sealed class ServiceNameCompleter : IArgumentCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);
    private static readonly ConcurrentDictionary<ManagerTarget, CompletionCache> Caches = new();

    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters
    )
    {
        var session = RunspaceSession.Current;
        return ManagerRule
            .For(null, Given<ServiceManagerKind>("Manager"), null, Given<ServiceScope>("Scope") ?? ServiceScope.System, null)
            .SelectMany(target =>
                Caches
                    .GetOrAdd(target, static _ => new CompletionCache(Kept))
                    .Complete(wordToComplete, () => Task.Run(() => ReadAsync(session, target)).GetAwaiter().GetResult())
            );

        T? Given<T>(string parameter)
            where T : struct, Enum => Enum.TryParse<T>(fakeBoundParameters[parameter]?.ToString(), true, out var given) ? given : null;
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(OpsSession session, ManagerTarget target)
    {
        using var patience = new CancellationTokenSource(Patience);
        var manager = await session.Services.GetManagerAsync(target, patience.Token).ConfigureAwait(false);
        var services = await manager.GetServicesAsync(new ServiceQuery { IncludeUnloaded = true }, patience.Token).ConfigureAwait(false);
        return [.. services.Select(static s => s.Name)];
    }
}
