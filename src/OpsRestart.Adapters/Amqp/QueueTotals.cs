using System.Text.Json;

namespace OpsRestart.Adapters.Amqp;

/// <summary>A queue as the management API tells of it without statistics.</summary>
internal sealed record QueueTotals
{
    public required string Name { get; init; }

    /// <summary>classic, quorum or stream; empty: not known.</summary>
    public string Type { get; init; } = "classic";

    /// <summary>Null where the queue can't tell now (its node is down).</summary>
    public long? Ready { get; init; }

    /// <summary>Delivered and not acknowledged.</summary>
    public long? Unacked { get; init; }

    /// <summary>Null where this source does not tell.</summary>
    public int? Consumers { get; init; }

    /// <summary>Durable and shared: what one would call a work queue, and no program's own mailbox.</summary>
    public bool IsPermanent { get; init; }

    /// <summary>The numbers are of this moment. Those of other types are as old as the last tick, 5 s by default.</summary>
    public bool IsLive => Type == "classic";

    public static QueueTotals Parse(JsonElement queue) => new()
    {
        Name = queue.GetProperty("name").GetString()!,
        Type = queue.TryGetProperty("type", out var type) && type.GetString() is { } text ? text : "classic",
        Ready = Number(queue, "messages_ready"),
        Unacked = Number(queue, "messages_unacknowledged"),
        IsPermanent = !IsTrue(queue, "exclusive") && !IsTrue(queue, "auto_delete"),
    };

    private static long? Number(JsonElement queue, string name) =>
        queue.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    private static bool IsTrue(JsonElement queue, string name) => queue.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
