namespace OpsRestart.Adapters.Composition;

/// <summary>A hook with a command is run as one; one without is a script block, and its front runs it.</summary>
internal sealed class HookRunners(IHookRunner commands, IHookRunner? scripts) : IHookRunner
{
    public Task<HookResult> RunAsync(GraphHook hook, Action<string> output, CancellationToken cancellationToken)
    {
        if (hook.Command.Count > 0)
        {
            return commands.RunAsync(hook, output, cancellationToken);
        }

        return scripts?.RunAsync(hook, output, cancellationToken)
            ?? throw new OpsRestartException(
                OpsError.HookFailed,
                $"Hook '{hook.Name}' has no command.",
                hook.Name,
                "Add 'command:' to the hook."
            );
    }
}
