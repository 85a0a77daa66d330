using System.Text.Json;

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
        var pool = Child(stats, "pool");
        return new CeleryStats
        {
            Node = reply.Node,
            Pid = (int)(Number(stats, "pid") ?? 0),
            ChildPids = Child(pool, "processes") is { ValueKind: JsonValueKind.Array } children
                ? [.. children.EnumerateArray().Where(static c => c.ValueKind == JsonValueKind.Number && c.TryGetInt32(out _)).Select(static c => c.GetInt32())]
                : [],
            Accepted = Child(stats, "total") is { ValueKind: JsonValueKind.Object } totals
                ? totals.EnumerateObject().Where(static t => t.Value.ValueKind == JsonValueKind.Number).Sum(static t => t.Value.GetInt64())
                : 0,

            // "max-concurrency" for prefork and threads; "limit" for eventlet and gevent.
            Concurrency = (int?)(Number(pool, "max-concurrency") ?? Number(pool, "limit")),
            Prefetch = (int?)Number(stats, "prefetch_count"),
            Uptime = Number(stats, "uptime") is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
    }

    private static JsonElement Child(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child) ? child : default;

    private static long? Number(JsonElement parent, string name) =>
        Child(parent, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;
}
