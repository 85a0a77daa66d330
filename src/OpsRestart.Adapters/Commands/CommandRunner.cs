namespace OpsRestart.Adapters.Commands;

/// <summary>
/// Runs hooks and checks as commands, without a shell. Nothing of a command is left when its run is over, also when its token is cancelled.
/// </summary>
internal sealed class CommandRunner(Func<ControlGroup?>? group = null, TimeSpan? grace = null) : IHookRunner
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public async Task<HookResult> RunAsync(GraphHook hook, Action<string> output, CancellationToken cancellationToken)
    {
        var lines = new CommandLines(output);
        try
        {
            var end = await CommandRun.RunAsync(CommandOf(hook), lines.ReadAsync, lines.ReadAsync, cancellationToken).ConfigureAwait(false);
            if (end.LeftBehind.Count > 0)
            {
                lines.Add(
                    $"'{hook.Name}' left processes behind, which were ended: {string.Join(", ", end.LeftBehind)}. What is to stay "
                        + "needs a unit of its own."
                );
            }

            return new HookResult(end.ExitCode == 0, end.ExitCode, lines.Last);
        }
        catch (CommandStartException e)
        {
            throw new OpsRestartException(OpsError.HookFailed, $"'{hook.Name}' did not start: {e.Message}", hook.Name, e.Advice, e);
        }
    }

    private Command CommandOf(GraphHook hook) =>
        new()
        {
            Words = hook.Command,
            Group = group ?? ControlGroup.TryCreate,
            User = hook.User,
            Grace = grace ?? Grace,
            WorkingDirectory = hook.WorkingDirectory,
            Environment = hook.Environment.ToDictionary(static v => v.Key, static v => Secrets.Resolve(v.Value), StringComparer.Ordinal),
        };
}
