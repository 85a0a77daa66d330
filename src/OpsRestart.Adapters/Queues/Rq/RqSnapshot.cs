using OpsRestart.Core.Graph;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>All of RQ at one moment.</summary>
internal sealed record RqSnapshot
{
    public IReadOnlyList<RqQueueState> Queues { get; init; } = [];

    public IReadOnlyList<RqWorkerState> Workers { get; init; } = [];

    /// <summary>The value of rq:suspended; null when it is not set.</summary>
    public string? Suspension { get; init; }

    /// <summary>Connections of this database that wait in BLPOP or BLMOVE; null where CLIENT LIST is not allowed.</summary>
    public int? Blocked { get; init; }

    /// <summary>Only these queues, and the workers that serve one of them. No patterns: everything.</summary>
    public RqSnapshot Narrow(IReadOnlyList<string> patterns) => patterns.Count == 0 ? this : this with
    {
        Queues = [.. Queues.Where(q => patterns.Any(p => NameMatch.Matches(q.Name, p)))],
        Workers = [.. Workers.Where(w => w.Queues.Count == 0 || w.Queues.Any(q => patterns.Any(p => NameMatch.Matches(q, p))))],
    };
}
