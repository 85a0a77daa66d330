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
    public static PidboxRequest Active(IReadOnlyList<string>? destination = null) => new("active", new JsonObject { ["safe"] = true }, destination);
}
