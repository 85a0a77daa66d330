using System.Globalization;

namespace OpsRestart.Bench.Measuring;

/// <summary>A table of the page: rows of texts, and sentences on what must hold.</summary>
internal sealed record Table(string Title, IReadOnlyList<string> Head, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Ways beside OpsRestart's first one.</summary>
    public static Table Of(string title, IReadOnlyList<Way> ways, params string[] notes)
    {
        var own = ways.First(static w => w.Own);
        return new Table(
            title,
            ["how", "median", "worst", "against OpsRestart"],
            [
                .. ways.Select(w =>
                    (string[])[w.Name, Milliseconds(w.Median), Milliseconds(w.Worst), w == own ? "1" : Ratio(w.Median / own.Median)]
                ),
            ]
        )
        {
            Notes = [.. notes, $"{own.Times.Count} rounds, all ways in turn."],
        };
    }

    public static string Milliseconds(double value) =>
        value switch
        {
            >= 10_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1000:0.0} s"),
            >= 100 => string.Create(CultureInfo.InvariantCulture, $"{value:0} ms"),
            >= 10 => string.Create(CultureInfo.InvariantCulture, $"{value:0.0} ms"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.00} ms"),
        };

    public static string Ratio(double value) => value.ToString(value >= 10 ? "0 ×" : "0.00 ×", CultureInfo.InvariantCulture);

    /// <summary>A limit, and whether this run kept it.</summary>
    public static string Limit(string what, double measured, double limit, string unit) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {measured:0.##} {unit}, must be at most {limit:0.##} {unit}: {(measured <= limit ? "kept" : "**missed**")}."
        );

    public static string AtLeast(string what, double ratio, double limit) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {ratio:0} ×, must be at least {limit:0} ×: {(ratio >= limit ? "kept" : "**missed**")}."
        );

    public string ToMarkdown() =>
        string.Join(
            '\n',
            [
                $"## {Title}",
                "",
                Line(Head),
                Line(Head.Select(static (_, i) => i == 0 ? "---" : "---:")),
                .. Rows.Select(Line),
                "",
                .. Notes.Select(static n => $"- {n}"),
                "",
            ]
        );

    public string ToText() =>
        string.Join(
            '\n',
            [
                .. Rows.Select(static r => "  " + string.Join("  ", r.Select(static (c, i) => i == 0 ? c.PadRight(64) : c.PadLeft(10)))),
                .. Notes.Select(static n => "  " + n),
            ]
        );

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
