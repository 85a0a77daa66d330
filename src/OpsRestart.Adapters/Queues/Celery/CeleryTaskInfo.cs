using System.Text.Json;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>One task in a worker's <c>active</c>, <c>reserved</c> or <c>scheduled</c>.</summary>
internal sealed record CeleryTaskInfo
{
    public required string Node { get; init; }

    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    public string Exchange { get; init; } = "";

    public string RoutingKey { get; init; } = "";

    /// <summary>When it began (UTC).</summary>
    public DateTime? Started { get; init; }

    public DateTime? Eta { get; init; }

    public bool? Acknowledged { get; init; }

    public bool? Redelivered { get; init; }

    public int? Pid { get; init; }

    public string Arguments { get; init; } = "";

    /// <summary>The tasks of <c>active</c> and <c>reserved</c>.</summary>
    public static IReadOnlyList<CeleryTaskInfo> ParseList(PidboxReply reply) =>
        reply.Value.ValueKind == JsonValueKind.Array ? [.. reply.Value.EnumerateArray().Select(t => Parse(reply.Node, t))] : [];

    /// <summary>The tasks of <c>scheduled</c>, each wrapped with its time.</summary>
    public static IReadOnlyList<CeleryTaskInfo> ParseScheduled(PidboxReply reply) =>
        reply.Value.ValueKind == JsonValueKind.Array
            ? [.. reply.Value.EnumerateArray().Select(t => Parse(reply.Node, Child(t, "request")) with { Eta = CeleryMessage.Time(Text(t, "eta")) })]
            : [];

    private static CeleryTaskInfo Parse(string node, JsonElement task)
    {
        var delivery = Child(task, "delivery_info");
        return new CeleryTaskInfo
        {
            Node = node,
            Id = Text(task, "id") ?? "",
            Name = Text(task, "name") ?? "",
            Exchange = Text(delivery, "exchange") ?? "",
            RoutingKey = Text(delivery, "routing_key") ?? "",
            Started = Child(task, "time_start") is { ValueKind: JsonValueKind.Number } epoch ? DateTime.UnixEpoch.AddSeconds(epoch.GetDouble()) : null,
            Acknowledged = Truth(task, "acknowledged"),
            Redelivered = Truth(delivery, "redelivered"),

            // gevent and eventlet give a greenlet's address here, which is no process.
            Pid = Child(task, "worker_pid") is { ValueKind: JsonValueKind.Number } worker && worker.TryGetInt32(out var pid) ? pid : null,
            Arguments = CeleryMessage.JoinArguments(Printed(task, "args"), Printed(task, "kwargs")),
        };
    }

    private static string? Printed(JsonElement task, string name) => Child(task, name) is { ValueKind: not JsonValueKind.Undefined and not JsonValueKind.Null } value ? value.ToString() : null;

    private static JsonElement Child(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child) ? child : default;

    private static string? Text(JsonElement parent, string name) => Child(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static bool? Truth(JsonElement parent, string name) => Child(parent, name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };
}
