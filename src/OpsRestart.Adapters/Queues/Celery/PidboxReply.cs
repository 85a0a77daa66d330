using System.Text.Json;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>One worker's answer to one command.</summary>
internal sealed record PidboxReply(string Node, JsonElement Value)
{
    /// <summary>What the worker's handler raised, or null.</summary>
    public string? Error => Value.ValueKind == JsonValueKind.Object && Value.TryGetProperty("error", out var e) ? e.ToString() : null;

    /// <summary>Reads the body of a reply, <c>{"node": value}</c>; nothing when it is not one.</summary>
    public static PidboxReply? FromBody(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            var root = JsonElement.ParseValue(ref reader);
            return root.ValueKind == JsonValueKind.Object && root.EnumerateObject().Select(static p => new PidboxReply(p.Name, p.Value)).FirstOrDefault() is { } reply ? reply : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads an element of a Redis reply list: the ticket that it answers, and the answer.</summary>
    public static (string Ticket, PidboxReply Reply)? FromRedis(ReadOnlySpan<byte> message)
    {
        try
        {
            var reader = new Utf8JsonReader(message);
            var root = JsonElement.ParseValue(ref reader);
            var ticket = root.GetProperty("headers").GetProperty("ticket").GetString();
            var body = root.GetProperty("body").GetString();
            return ticket is not null && body is not null && FromBody(Decode(root, body)) is { } reply ? (ticket, reply) : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[] Decode(JsonElement message, string body) =>
        message.TryGetProperty("properties", out var properties) && properties.TryGetProperty("body_encoding", out var encoding) && encoding.GetString() == "base64"
            ? Convert.FromBase64String(body)
            : System.Text.Encoding.UTF8.GetBytes(body);
}
