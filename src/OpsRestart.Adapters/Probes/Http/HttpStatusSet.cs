namespace OpsRestart.Adapters.Probes.Http;

/// <summary>Status codes that count as healthy: <c>200</c>, <c>200,204</c>, <c>2xx</c>, <c>200-399</c>, and mixtures.</summary>
internal sealed class HttpStatusSet
{
    public static readonly HttpStatusSet Default = new([(200, 399)], "200-399");

    /// <summary>Whoever asks judges it itself.</summary>
    public static readonly HttpStatusSet Any = new([(100, 599)], "any");

    private readonly List<(int From, int To)> _ranges;
    private readonly string _text;

    private HttpStatusSet(List<(int From, int To)> ranges, string text) => (_ranges, _text) = (ranges, text);

    public bool Contains(int status) => _ranges.Exists(r => status >= r.From && status <= r.To);

    public static HttpStatusSet? TryParse(IReadOnlyList<string> texts)
    {
        var ranges = new List<(int From, int To)>();
        var parts = texts
            .SelectMany(static t => t.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .ToList();
        foreach (var part in parts)
        {
            if (ParseRange(part) is not { } range)
            {
                return null;
            }

            ranges.Add(range);
        }

        return ranges.Count == 0 ? null : new HttpStatusSet(ranges, string.Join(", ", parts));
    }

    public override string ToString() => _text;

    private static (int From, int To)? ParseRange(string part)
    {
        if (part.Length == 3 && part[0] is >= '1' and <= '5' && part.AsSpan(1).Equals("xx", StringComparison.OrdinalIgnoreCase))
        {
            var hundred = (part[0] - '0') * 100;
            return (hundred, hundred + 99);
        }

        var dash = part.IndexOf('-');
        var from = Code(dash < 0 ? part : part[..dash].Trim());
        var to = dash < 0 ? from : Code(part[(dash + 1)..].Trim());
        return from is { } low && to is { } high && low <= high ? (low, high) : null;
    }

    private static int? Code(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= 100 and <= 599 ? code : null;
}
