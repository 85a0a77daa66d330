namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>What a worker's <c>stats</c> says of itself.</summary>
internal sealed record CeleryStats
{
    public required string Node { get; init; }

    public int Pid { get; init; }

    /// <summary>Prefork children; empty for other pools.</summary>
    public IReadOnlyList<int> ChildPids { get; init; } = [];

    /// <summary>Tasks accepted since this process started, all names together. It never falls.</summary>
    public long Accepted { get; init; }

    public int? Concurrency { get; init; }

    public int? Prefetch { get; init; }

    public TimeSpan? Uptime { get; init; }

    /// <summary>The host part of the node's name.</summary>
    public string HostName => Node[(Node.LastIndexOf('@') + 1)..];

    public static CeleryStats Parse(PidboxReply reply)
    {
        var stats = reply.Value;
        var pool = stats["pool"];
        return new CeleryStats
        {
            Node = reply.Node,
            Pid = Count(stats["pid"]) ?? 0,
            ChildPids = [.. pool["processes"].Items.Select(Count).OfType<int>()],
            Accepted = stats["total"].Members.Select(static t => t.Value.Whole ?? 0).Where(static n => n is >= 0 and < int.MaxValue).Sum(),

            // "max-concurrency" for prefork and threads; "limit" for eventlet and gevent.
            Concurrency = Count(pool["max-concurrency"]) ?? Count(pool["limit"]),
            Prefetch = Count(stats["prefetch_count"]),
            Uptime = CeleryTime.Seconds(stats["uptime"].Real),
        };
    }

    private static int? Count(ForeignJson value) => value.Whole is >= 0 and <= int.MaxValue and var count ? (int)count : null;
}
