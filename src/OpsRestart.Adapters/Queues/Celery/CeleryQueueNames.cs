namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Reads <c>active_queues</c>: what a worker consumes now.</summary>
internal static class CeleryQueueNames
{
    public static IReadOnlyList<string> Parse(PidboxReply reply) => [.. reply.Value.Items.Select(static q => q["name"].Text).OfType<string>().Where(static n => n.Length > 0)];
}
