namespace OpsRestart.Core.Runs;

/// <summary>
/// Runs a hook: a command, or in PowerShell a script block on the pipeline thread. A cancelled token ends it, with all its children.
/// </summary>
internal interface IHookRunner
{
    Task<HookResult> RunAsync(GraphHook hook, Action<string> output, CancellationToken cancellationToken);
}
