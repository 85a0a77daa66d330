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
    public static IReadOnlyList<CeleryTaskInfo> ParseList(PidboxReply reply) => [.. reply.Value.Items.Select(t => Parse(reply.Node, t))];

    /// <summary>The tasks of <c>scheduled</c>, each wrapped with its time.</summary>
    public static IReadOnlyList<CeleryTaskInfo> ParseScheduled(PidboxReply reply) =>
        [.. reply.Value.Items.Select(t => Parse(reply.Node, t["request"]) with { Eta = CeleryTime.Iso(t["eta"].Text) })];

    private static CeleryTaskInfo Parse(string node, ForeignJson task)
    {
        var delivery = task["delivery_info"];
        return new CeleryTaskInfo
        {
            Node = node,
            Id = task["id"].Text ?? "",
            Name = task["name"].Text ?? "",
            Exchange = delivery["exchange"].Text ?? "",
            RoutingKey = delivery["routing_key"].Text ?? "",
            Started = CeleryTime.Epoch(task["time_start"].Real),
            Acknowledged = task["acknowledged"].Flag,
            Redelivered = delivery["redelivered"].Flag,

            // gevent and eventlet give a greenlet's address here, which is no process.
            Pid = task["worker_pid"].Whole is > 0 and <= int.MaxValue and var pid ? (int)pid : null,
            Arguments = CeleryMessage.JoinArguments(Printed(task["args"]), Printed(task["kwargs"])),
        };
    }

    private static string? Printed(ForeignJson value) => value.Exists ? value.Shown : null;
}

/// <summary>Times as Python writes them; null for what is none, or lies outside of what a clock shows.</summary>
internal static class CeleryTime
{
    private const double Longest = 1e10;

    /// <summary>An ISO time; without a zone it is UTC.</summary>
    public static DateTime? Iso(string? text) =>
        DateTime.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : null;

    /// <summary>Seconds since 1970.</summary>
    public static DateTime? Epoch(double? seconds) => Seconds(seconds) is { } span ? DateTime.UnixEpoch + span : null;

    public static TimeSpan? Seconds(double? seconds) => seconds is >= 0 and < Longest ? TimeSpan.FromSeconds(seconds.Value) : null;
}
