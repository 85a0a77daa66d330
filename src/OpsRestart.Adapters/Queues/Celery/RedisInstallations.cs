using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>
/// Finds the key prefix (kombu's global_keyprefix) of the Celery in a database, by the bindings that kombu keeps there: they stand before every other name, and
/// outlive the workers. Which patterns workers listen to, Redis does not tell.
/// </summary>
internal static class RedisInstallations
{
    private const string Bindings = "_kombu.binding.";

    /// <summary>The prefix to use; null: the database has no Celery.</summary>
    /// <exception cref="CeleryException">InvalidArgument: there are several, and which one is meant is not ours to guess.</exception>
    public static async Task<string?> FindPrefixAsync(RedisConnection connection, string broker, CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        var cursor = "0";
        do
        {
            var page = await connection.SendAsync(new("SCAN", cursor, "MATCH", "*" + Bindings + "*", "COUNT", 1000), cancellationToken).ConfigureAwait(false);
            if (page.Items.Count < 2)
            {
                // This user may not look around.
                return null;
            }

            cursor = page.Items[0].Text ?? "0";
            keys.AddRange(page.Items[1].Texts());
        }
        while (cursor != "0");
        return Choose(keys, broker);
    }

    /// <summary>The installation without a prefix is what settings without one mean.</summary>
    internal static string? Choose(IEnumerable<string> keys, string broker)
    {
        var prefixes = keys.Select(static k => k[..Math.Max(0, k.IndexOf(Bindings, StringComparison.Ordinal))]).Distinct().Order(StringComparer.Ordinal).ToList();
        return prefixes.Count == 0 ? null : prefixes[0].Length == 0 ? "" : prefixes.Count == 1 ? prefixes[0] : throw CeleryException.SeveralPrefixes(broker, prefixes);
    }
}
