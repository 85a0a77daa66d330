using System.Text.Json;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Reads <c>active_queues</c>: what a worker consumes now.</summary>
internal static class CeleryQueueNames
{
    public static IReadOnlyList<string> Parse(PidboxReply reply) =>
        reply.Value.ValueKind == JsonValueKind.Array
            ? [.. reply.Value.EnumerateArray().Select(static q => q.ValueKind == JsonValueKind.Object && q.TryGetProperty("name", out var n) ? n.GetString() : null).OfType<string>().Where(static n => n.Length > 0)]
            : [];
}
