namespace OpsRestart.Adapters.Redis;

/// <summary>Finds keys by SCAN, which never holds up a server as KEYS does. What is written meanwhile may be seen or not.</summary>
internal static class RedisKeys
{
    /// <summary>Names are kept to tell those that SCAN gives twice; more are not.</summary>
    public const int Most = 1_000_000;

    /// <summary>The server looks at so many keys for one answer.</summary>
    private const int Step = 1000;

    /// <summary>A text as a part of a pattern that stands for itself.</summary>
    public static string Escape(string text) =>
        string.Concat(text.Select(static c => c is '*' or '?' or '[' or ']' or '\\' ? $"\\{c}" : c.ToString()));

    /// <summary>The names that fit the pattern, each once. Null: there are more than <see cref="Most"/>.</summary>
    /// <exception cref="RedisException">SCAN was refused, or the connection failed.</exception>
    public static async Task<IReadOnlyCollection<string>?> FindAsync(
        RedisConnection connection,
        string pattern,
        CancellationToken cancellationToken
    )
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var cursor = "0";
        do
        {
            var reply = await connection
                .CallAsync(new("SCAN", cursor, "MATCH", pattern, "COUNT", Step), cancellationToken)
                .ConfigureAwait(false);
            if (reply.Items is not [{ Text: { } next }, { Kind: RedisReplyKind.Array } names])
            {
                throw new RedisException(
                    OpsError.ProtocolError,
                    WireFailure.ProtocolError,
                    $"Redis at {connection.Endpoint.Display} answered SCAN with something else.",
                    connection.Endpoint.Display,
                    "Check that it is a Redis server."
                );
            }

            cursor = next;
            found.UnionWith(names.Texts());
        } while (cursor != "0" && found.Count <= Most);
        return found.Count <= Most ? found : null;
    }
}
