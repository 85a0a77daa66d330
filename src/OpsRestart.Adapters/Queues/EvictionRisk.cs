using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues;

/// <summary>A Redis that evicts keys when it is full is no broker: tasks are keys like any other.</summary>
internal static class EvictionRisk
{
    public static async Task<IReadOnlyList<GraphFinding>> FindAsync(
        RedisConnection connection,
        string broker,
        CancellationToken cancellationToken
    )
    {
        // INFO rather than CONFIG: managed servers and ACLs commonly forbid the latter.
        var reply = await connection.CallAsync(new("INFO", "memory"), cancellationToken).ConfigureAwait(false);
        return Judge(reply.Text ?? "", broker);
    }

    /// <summary>Only policies over all keys touch tasks: task lists and hashes have no expiry, which the volatile ones go by.</summary>
    internal static IReadOnlyList<GraphFinding> Judge(string info, string broker)
    {
        var policy = Field(info, "maxmemory_policy");
        return policy is null || !policy.StartsWith("allkeys", StringComparison.Ordinal)
            ? []
            :
            [
                new GraphFinding
                {
                    Severity = FindingSeverity.Warning,
                    Code = "EvictingBroker",
                    Message = $"{broker} has maxmemory-policy {policy}: when it is full it throws tasks away.",
                    Target = broker,
                    Advice = "Set maxmemory-policy noeviction on a broker, and keep caches elsewhere.",
                },
            ];
    }

    private static string? Field(string info, string name) =>
        info.Split('\n').Select(static l => l.TrimEnd('\r').Split(':', 2)).FirstOrDefault(p => p.Length == 2 && p[0] == name)?[1];
}
