using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.RedisServers;

/// <summary>Reads a server's INFO into one flat object.</summary>
internal sealed class RedisServerReader(TimeProvider time)
{
    /// <exception cref="OpsRestartException">InvalidArgument; a RedisException for what the server or the way to it says.</exception>
    public async Task<RedisServerInfo> ReadAsync(string address, CancellationToken cancellationToken)
    {
        var endpoint = RedisEndpoint.Parse(address, Secrets.Resolve);
        var connection = await RedisConnection.ConnectAsync(endpoint, null, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var reply = await connection.CallAsync(new("INFO"), cancellationToken).ConfigureAwait(false);
            return Of(endpoint.Display, RedisInfo.Parse(reply.Text ?? "")) with { SampledAt = time.GetUtcNow().UtcDateTime };
        }
    }

    internal static RedisServerInfo Of(string target, RedisInfo info)
    {
        var policy = info["maxmemory_policy"];
        long? most = info.Number("maxmemory") is > 0 and var limit ? limit : null;
        IReadOnlyList<RedisDatabase> databases = [.. info.Of("db").Select(static d => Database(d.Name, d.Value)).OfType<RedisDatabase>()];
        return new RedisServerInfo
        {
            Target = target,
            Version = ForeignText.OneLine(info["redis_version"], 40),
            Role = info["role"] == "slave" ? "replica" : "primary",
            Uptime = info.Number("uptime_in_seconds") is { } seconds and < 10_000_000_000 ? TimeSpan.FromSeconds(seconds) : null,
            MemoryUsed = info.Number("used_memory"),
            MemoryMax = most,
            MemoryPolicy = ForeignText.OneLine(policy, 40),
            IsEvicting = most is not null && policy.StartsWith("allkeys-", StringComparison.Ordinal),
            EvictedKeys = info.Number("evicted_keys"),
            Clients = info.Number("connected_clients"),
            MaxClients = info.Number("maxclients"),
            IsLoading = info.Flag("loading") ?? false,
            LastSaveSucceeded = info["rdb_last_bgsave_status"] is { Length: > 0 } word ? word == "ok" : null,
            LastSave = info.Moment("rdb_last_save_time"),
            ChangesSinceSave = info.Number("rdb_changes_since_last_save"),
            AppendOnly = info.Flag("aof_enabled"),
            Replicas = info.OnlineReplicas,
            IsLinkUp = info["master_link_status"] is { Length: > 0 } link ? link == "up" : null,
            Keys = databases.Sum(static d => d.Keys),
            Databases = [.. databases.OrderBy(static d => d.Number)],
        };
    }

    /// <summary><c>db0:keys=1,expires=0,avg_ttl=0</c>.</summary>
    private static RedisDatabase? Database(string name, string value)
    {
        var parts = value
            .Split(',')
            .Select(static p => p.Split('=', 2))
            .Where(static p => p.Length == 2)
            .DistinctBy(static p => p[0])
            .ToDictionary(static p => p[0], static p => p[1], StringComparer.Ordinal);
        return
            int.TryParse(name.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Count(parts, "keys") is { } keys
            ? new RedisDatabase(number, keys, Count(parts, "expires") ?? 0)
            : null;
    }

    private static long? Count(Dictionary<string, string> parts, string name) =>
        long.TryParse(parts.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
}
