using static System.FormattableString;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>RQ said no, or its workers do not answer.</summary>
internal sealed class RqException : OpsRestartException
{
    private const int MaxListed = 8;

    public RqException(OpsError error, string message, string target, string? advice = null)
        : base(error, message, target, advice) { }

    internal static RqException QueueNotFound(string broker, string queue, IReadOnlyList<string> known) =>
        new(
            OpsError.QueueNotFound,
            $"Queue '{queue}' is not known at {broker}: no job was ever put into it and no worker serves it.",
            queue,
            known.Count > 0 ? $"Known: {string.Join(", ", known)}." : null
        );

    internal static RqException CannotSuspendLess(string broker, IReadOnlyList<string> others) =>
        new(
            OpsError.InvalidArgument,
            $"RQ can't suspend single queues or workers: its suspension is one flag for the whole database {broker}, and "
                + $"{Listed(others)} would pause too.",
            broker,
            "Suspend the whole database by naming no queue and no worker, or stop the workers of that queue."
        );

    internal static string Listed(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MaxListed)) + (names.Count > MaxListed ? Invariant($" and {names.Count - MaxListed} more") : "");
}
