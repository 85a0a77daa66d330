namespace OpsRestart.Adapters.Redis;

/// <summary>The answer to INFO: lines of <c>name:value</c> (redis.io, "INFO").</summary>
internal sealed class RedisInfo
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public string this[string name] => _values.GetValueOrDefault(name, "");

    /// <summary>Replicas that are in step: <c>slave0:ip=…,port=…,state=online,…</c>.</summary>
    public int OnlineReplicas =>
        _values.Count(static v =>
            v.Key.StartsWith("slave", StringComparison.Ordinal)
            && v.Key.Length > 5
            && char.IsAsciiDigit(v.Key[5])
            && v.Value.Contains("state=online", StringComparison.Ordinal)
        );

    /// <summary>The names of that beginning, with their values.</summary>
    public IEnumerable<(string Name, string Value)> Of(string prefix) =>
        _values.Where(v => v.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(static v => (v.Key, v.Value));

    /// <summary>A whole number of 0 or more; null: it is not there, or none.</summary>
    public long? Number(string name) =>
        long.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>1 and 0; null: it is not there.</summary>
    public bool? Flag(string name) => Number(name) is { } number ? number != 0 : null;

    /// <summary>Seconds since 1970, in UTC; null: it is not there, or no time.</summary>
    public DateTime? Moment(string name) =>
        Number(name) is { } seconds and > 0 and < 253_402_300_800 ? DateTime.UnixEpoch.AddSeconds(seconds) : null;

    public static RedisInfo Parse(string text)
    {
        var info = new RedisInfo();
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':');
            if (colon > 0 && line[0] != '#')
            {
                info._values[line[..colon]] = line[(colon + 1)..];
            }
        }

        return info;
    }
}
