namespace OpsRestart.Adapters.Probes.Redis;

/// <summary>The answer to INFO: lines of <c>name:value</c> (redis.io, "INFO").</summary>
internal sealed class RedisInfo
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    public string this[string name] => values.GetValueOrDefault(name, "");

    /// <summary>Replicas that are in step: <c>slave0:ip=…,port=…,state=online,…</c>.</summary>
    public int OnlineReplicas => values.Count(static v =>
        v.Key.StartsWith("slave", StringComparison.Ordinal) && v.Key.Length > 5 && char.IsAsciiDigit(v.Key[5]) && v.Value.Contains("state=online", StringComparison.Ordinal));

    public static RedisInfo Parse(string text)
    {
        var info = new RedisInfo();
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':');
            if (colon > 0 && line[0] != '#')
            {
                info.values[line[..colon]] = line[(colon + 1)..];
            }
        }

        return info;
    }
}
