using System.Text;
using OpsRestart.Adapters.Wire;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>One worker's answer to one command.</summary>
internal sealed record PidboxReply(string Node, ForeignJson Value)
{
    /// <summary>What the worker's handler raised, or null.</summary>
    public string? Error => Value["error"] is { Exists: true } error ? error.Shown : null;

    /// <summary>Reads the body of a reply, <c>{"node": value}</c>; nothing when it is not one.</summary>
    public static PidboxReply? FromBody(ReadOnlySpan<byte> json)
    {
        try
        {
            return ForeignJson.Parse(json).Members.Select(static m => new PidboxReply(m.Name, m.Value)).FirstOrDefault();
        }
        catch (ForeignJsonException)
        {
            return null;
        }
    }

    /// <summary>Reads an element of a Redis reply list: the ticket that it answers, and the answer.</summary>
    public static (string Ticket, PidboxReply Reply)? FromRedis(ReadOnlySpan<byte> message)
    {
        try
        {
            var root = ForeignJson.Parse(message);
            return root["headers"]["ticket"].Text is { } ticket && root["body"].Text is { } body && FromBody(Decode(root, body)) is { } reply ? (ticket, reply) : null;
        }
        catch (FormatException)
        {
            // No JSON, or no base64.
            return null;
        }
    }

    private static byte[] Decode(ForeignJson message, string body) =>
        message["properties"]["body_encoding"].Text == "base64" ? Convert.FromBase64String(body) : Encoding.UTF8.GetBytes(body);
}
