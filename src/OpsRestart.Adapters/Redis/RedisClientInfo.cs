namespace OpsRestart.Adapters.Redis;

/// <summary>
/// One line of CLIENT LIST: a connection, what it last asked for, and whether it is blocked in it. Idle counts from its last command, in
/// whole seconds.
/// </summary>
internal sealed record RedisClientInfo(long Id, string Address, string Name, int Database, string Command, string Flags, TimeSpan Idle)
{
    /// <summary>Waits in a blocking command for which nothing has come yet.</summary>
    public bool IsBlocked => Flags.Contains('b', StringComparison.Ordinal);

    public static IReadOnlyList<RedisClientInfo> ParseList(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ParseLine)];

    private static RedisClientInfo ParseLine(string line)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in line.Split(' '))
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                fields[field[..equals]] = field[(equals + 1)..];
            }
        }

        string Text(string key) => fields.GetValueOrDefault(key, "");
        long Number(string key) => long.TryParse(Text(key), NumberStyles.Integer, CultureInfo.InvariantCulture, out var n) ? n : 0;
        return new RedisClientInfo(
            Number("id"),
            Text("addr"),
            Text("name"),
            (int)Number("db"),
            Text("cmd"),
            Text("flags"),
            TimeSpan.FromSeconds(Math.Clamp(Number("idle"), 0, int.MaxValue))
        );
    }
}
