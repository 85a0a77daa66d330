namespace OpsRestart.Cli.Output;

/// <summary>
/// What a user of the command does next, by kind of error: the engine and its adapters know no front, and name no command of it.
/// </summary>
internal static class NextSteps
{
    /// <summary>The error's own advice, with the command that helps; null: none.</summary>
    public static string? After(OpsError error, string? advice) =>
        (advice, Of(error)) switch
        {
            (_, null) => advice,
            (null, var step) => step,
            (var own, var step) => $"{own} {step}",
        };

    private static string? Of(OpsError error) =>
        error switch
        {
            OpsError.InvalidGraph or OpsError.CyclicDependency => "'opsrestart check GRAPH' lists all that is wrong, with file and line.",
            OpsError.DrainAborted => "'opsrestart drain GRAPH' waits for it without stopping anything, and shows what is left.",
            OpsError.JobFailed or OpsError.ServiceFailed or OpsError.StartTimeout or OpsError.ReadyTimeout =>
                "See what it logged: 'journalctl -u UNIT'.",
            OpsError.StopTimeout => "See what is left of it: 'systemctl status UNIT'.",
            OpsError.KnownBadState => "'opsrestart status GRAPH' shows how things are, 'opsrestart start GRAPH' brings the graph up.",
            _ => null,
        };
}
