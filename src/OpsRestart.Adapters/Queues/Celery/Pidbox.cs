using System.Text;
using System.Text.Json.Nodes;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>One control command for workers (celery.worker.control).</summary>
/// <param name="Method">ping, stats, active, reserved, scheduled, active_queues, cancel_consumer …</param>
/// <param name="Arguments">As the command takes them; none: {}.</param>
/// <param name="Destination">Node names; none: all workers.</param>
internal sealed record PidboxRequest(string Method, JsonObject? Arguments = null, IReadOnlyList<string>? Destination = null)
{
    public static readonly PidboxRequest Ping = new("ping");

    public static readonly PidboxRequest Stats = new("stats");

    public static readonly PidboxRequest Reserved = new("reserved");

    public static readonly PidboxRequest Scheduled = new("scheduled");

    public static readonly PidboxRequest ActiveQueues = new("active_queues");

    public static readonly PidboxRequest Registered = new("registered");

    /// <summary>Arguments come as text (<c>safe</c>), which never fails to serialise.</summary>
    public static PidboxRequest Active(IReadOnlyList<string>? destination = null) =>
        new("active", new JsonObject { ["safe"] = true }, destination);
}

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
            return
                root["headers"]["ticket"].Text is { } ticket && root["body"].Text is { } body && FromBody(Decode(root, body)) is { } reply
                ? (ticket, reply)
                : null;
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

/// <summary>What came back for one command.</summary>
/// <param name="Request">The command.</param>
/// <param name="Receivers">Worker mailboxes that got the message; on Redis this is PUBLISH's own result, not a guess.</param>
/// <param name="Expected">Replies to wait for.</param>
/// <param name="Replies">In the order of arrival; two workers of the same name give two.</param>
internal sealed record BroadcastResult(PidboxRequest Request, int Receivers, int Expected, IReadOnlyList<PidboxReply> Replies)
{
    public int Missing => Math.Max(0, Expected - Replies.Count);

    public bool IsComplete => Missing == 0;

    /// <summary>The answers that are no errors.</summary>
    public IEnumerable<PidboxReply> Answers => Replies.Where(static r => r.Error is null);
}

/// <summary>A command that was sent, and the answers that have come.</summary>
internal sealed class PidboxCall(PidboxRequest request)
{
    public PidboxRequest Request { get; } = request;

    public Guid Ticket { get; } = Guid.NewGuid();

    /// <summary>Mailboxes that got it.</summary>
    public int Receivers { get; set; }

    /// <summary>Answers to wait for.</summary>
    public int Expected { get; set; }

    public List<PidboxReply> Replies { get; } = [];

    public bool IsComplete => Replies.Count >= Expected;

    /// <summary>Takes answers as they come, as long as more are wanted and there is time.</summary>
    /// <param name="calls">All that were sent.</param>
    /// <param name="wantsMore">Whether it is worth waiting for this one.</param>
    /// <param name="deadline">For all of them together.</param>
    /// <param name="time">The clock.</param>
    /// <param name="receive">Waits so long at most; null: nothing came.</param>
    public static async Task CollectAsync(
        IReadOnlyList<PidboxCall> calls,
        Func<PidboxCall, bool> wantsMore,
        TimeSpan deadline,
        TimeProvider time,
        Func<TimeSpan, Task<(string Ticket, PidboxReply Reply)?>> receive
    )
    {
        var began = time.GetTimestamp();
        var byTicket = calls.ToDictionary(static c => c.Ticket.ToString(), StringComparer.Ordinal);
        while (calls.Any(wantsMore) && deadline - time.GetElapsedTime(began) is var left && left > TimeSpan.Zero)
        {
            if (await receive(left).ConfigureAwait(false) is not var (ticket, reply))
            {
                return;
            }

            if (byTicket.TryGetValue(ticket, out var one))
            {
                one.Replies.Add(reply);
            }
        }
    }
}
