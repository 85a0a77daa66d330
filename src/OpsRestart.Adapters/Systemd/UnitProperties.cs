namespace OpsRestart.Adapters.Systemd;

/// <summary>Properties of a unit as they came over the bus, with systemd's ways of saying "none" taken out.</summary>
internal sealed class UnitProperties(Dictionary<string, object?> values)
{
    public string? Text(string name) => values.GetValueOrDefault(name) is string { Length: > 0 } text ? text : null;

    public bool? Flag(string name) => values.GetValueOrDefault(name) as bool?;

    public long? Count(string name) =>
        values.GetValueOrDefault(name) switch
        {
            ulong.MaxValue => null,
            ulong number => (long)Math.Min(number, long.MaxValue),
            uint number => number,
            int number => number,
            long number => number,
            _ => null,
        };

    /// <summary>A moment in microseconds since 1970; 0 is never.</summary>
    public DateTime? Moment(string name) =>
        values.GetValueOrDefault(name) is ulong and not 0 and not ulong.MaxValue
            ? DateTime.UnixEpoch.AddMicroseconds((ulong)values[name]!)
            : null;

    /// <summary>A time span in microseconds; all ones is for ever.</summary>
    public TimeSpan? Span(string name) =>
        values.GetValueOrDefault(name) switch
        {
            ulong.MaxValue => Timeout.InfiniteTimeSpan,
            ulong microseconds => TimeSpan.FromMicroseconds(microseconds),
            _ => null,
        };

    public string? Hex(string name) =>
        values.GetValueOrDefault(name) is byte[] { Length: > 0 } octets ? Convert.ToHexStringLower(octets) : null;

    public void Merge(Dictionary<string, object?> changed)
    {
        foreach (var (name, value) in changed)
        {
            values[name] = value;
        }
    }
}
