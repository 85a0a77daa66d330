using static System.FormattableString;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Workers that are not there, do not answer, or answer with an error.</summary>
internal sealed class CeleryException : OpsRestartException
{
    public CeleryException(OpsError error, string message, string target, string? advice = null)
        : base(error, message, target, advice) { }

    internal static CeleryException NoWorkers(string broker) =>
        new(
            OpsError.NoWorkers,
            $"No Celery worker listens at {broker}.",
            broker,
            "Check that workers run, that they use this broker and database, and, if they differ from the defaults, give keyPrefix "
                + "and controlExchange."
        );

    internal static CeleryException NoReply(string broker, int workers) =>
        new(
            OpsError.NoReply,
            Invariant($"{workers} Celery worker(s) at {broker} are connected and do not answer."),
            broker,
            "A worker with pool 'solo' answers only between tasks; a stopped or hanging one never. If accept_content has no json, "
                + "give contentType."
        );

    internal static CeleryException SeveralPrefixes(string broker, IReadOnlyList<string> prefixes) =>
        new(
            OpsError.InvalidArgument,
            $"{broker} holds {prefixes.Count} installations of Celery, with the key prefixes "
                + $"{string.Join(" and ", prefixes.Select(static p => $"'{p}'"))}.",
            broker,
            $"Say which one is meant: keyPrefix: '{prefixes[0]}' in a graph, -Setting @{{ keyPrefix = '{prefixes[0]}' }} in PowerShell."
        );

    internal static CeleryException Refused(string broker, string node, string method, string error) =>
        new(OpsError.ProtocolError, $"Worker {node} at {broker} refused {method}: {error}", node, "See the worker's log.");
}
