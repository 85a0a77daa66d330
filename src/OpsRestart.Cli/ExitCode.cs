namespace OpsRestart.Cli;

/// <summary>The exit codes of <c>opsrestart</c>. Scripts and timers depend on them: they do not change.</summary>
internal static class ExitCode
{
    /// <summary>Everything was done; or for status: everything runs and is healthy.</summary>
    public const int Done = 0;

    /// <summary>
    /// Something failed, and what was changed was rolled back (or left, where that was asked for); for status: not all is well.
    /// </summary>
    public const int Failed = 1;

    /// <summary>The run's time limit passed.</summary>
    public const int Timeout = 2;

    /// <summary>No such graph, service or queue.</summary>
    public const int UnknownName = 3;

    /// <summary>The graph is wrong.</summary>
    public const int BadGraph = 4;

    /// <summary>Background work did not end in time: nothing was restarted.</summary>
    public const int DrainAborted = 5;

    /// <summary>Preflight or the lock refused it: nothing was changed.</summary>
    public const int Refused = 6;

    /// <summary>The rollback failed too, or was cut off.</summary>
    public const int KnownBadState = 7;

    /// <summary>A file of --skip-if exists: nothing was done.</summary>
    public const int Skipped = 8;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 100;

    public static int Of(RunOutcome outcome) =>
        outcome switch
        {
            RunOutcome.Done => Done,
            RunOutcome.TimedOut => Timeout,
            RunOutcome.DrainAborted => DrainAborted,
            RunOutcome.Refused => Refused,
            RunOutcome.Skipped => Skipped,
            RunOutcome.KnownBadState => KnownBadState,
            _ => Failed,
        };

    public static int Of(OpsError error) =>
        error switch
        {
            OpsError.GraphNotFound or OpsError.UnitNotFound or OpsError.QueueNotFound or OpsError.TaskNotFound or OpsError.KeyNotFound =>
                UnknownName,
            OpsError.InvalidGraph or OpsError.CyclicDependency => BadGraph,
            OpsError.InvalidArgument => Usage,
            OpsError.PreflightFailed or OpsError.RunInProgress => Refused,
            OpsError.DrainTimeout or OpsError.DrainAborted => DrainAborted,
            OpsError.RunTimeout => Timeout,
            OpsError.KnownBadState => KnownBadState,
            _ => Failed,
        };

    /// <summary>A graph with errors is a bad graph, whatever else is wrong.</summary>
    public static int Of(IReadOnlyList<GraphFinding> graph, IReadOnlyList<GraphFinding> preflight) =>
        HasErrors(graph) ? BadGraph
        : HasErrors(preflight) ? Refused
        : Done;

    private static bool HasErrors(IReadOnlyList<GraphFinding> findings) => findings.Any(static f => f.Severity == FindingSeverity.Error);
}
