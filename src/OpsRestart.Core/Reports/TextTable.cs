namespace OpsRestart.Core.Reports;

/// <summary>
/// A table as PowerShell and systemctl print it. Columns are as wide as their longest cell and those without content are left out; where
/// the screen is too narrow the widest give way, and their cells go on in the next line.
/// </summary>
/// <param name="headings">The columns; a leading <c>&gt;</c> aligns one to the right.</param>
internal sealed class TextTable(params string[] headings)
{
    private const int Gap = 2;
    private const int Narrowest = 6;
    private readonly List<Cell[]> _rows = [];

    public bool IsEmpty => _rows.Count == 0;

    /// <summary>A row: text without line breaks for each column.</summary>
    public void Add(params Cell[] cells) => _rows.Add([.. cells.Select(static c => c with { Text = ShownText.Line(c.Text) })]);

    /// <summary>A title above the rows that follow.</summary>
    public void AddSection(string title) => _rows.Add([title]);

    /// <summary>Of the last column only what fits on one line is shown.</summary>
    public bool CutsLast { get; init; }

    public IEnumerable<IReadOnlyList<Cell>> Lines(int indent, int width)
    {
        var columns = Enumerable.Range(0, headings.Length).Where(c => _rows.Exists(r => r.Length > c && r[c].Text.Length > 0)).ToList();
        var names = columns.ConvertAll(c => headings[c].TrimStart('>'));
        var right = columns.ConvertAll(c => headings[c].StartsWith('>'));
        var rows = _rows.ConvertAll(r => r.Length == headings.Length ? columns.ConvertAll(c => r[c]) : [r[0]]);
        var widths = names.Select((n, i) => rows.Max(r => r.Count == columns.Count ? Math.Max(r[i].Text.Length, n.Length) : 0)).ToList();
        Narrow(widths, width - indent);
        yield return Line(names.ConvertAll(static n => new Cell(n, Paint.Heading)));
        yield return Line(names.ConvertAll(static n => new Cell(new string('-', n.Length), Paint.Heading)));
        foreach (var row in rows)
        {
            if (row.Count < columns.Count)
            {
                yield return [];
                yield return [new string(' ', indent), row[0]];
                continue;
            }

            foreach (var line in Wrapped(row, widths))
            {
                yield return Line(line);
            }
        }

        // Blanks stand before what follows them, so that no line ends in blanks.
        List<Cell> Line(List<Cell> cells)
        {
            var line = new List<Cell>();
            var blanks = indent;
            for (var i = 0; i < cells.Count; i++)
            {
                var free = widths[i] - cells[i].Text.Length;
                if (cells[i].Text.Length > 0)
                {
                    line.Add(new string(' ', blanks + (right[i] ? free : 0)));
                    line.Add(cells[i]);
                    blanks = right[i] ? Gap : free + Gap;
                }
                else
                {
                    blanks += free + Gap;
                }
            }

            return line;
        }
    }

    /// <summary>Takes from the widest columns until all fit.</summary>
    private static void Narrow(List<int> widths, int width)
    {
        for (var over = widths.Sum() + (Gap * (widths.Count - 1)) - width; over > 0 && widths.Max() > Narrowest; over--)
        {
            widths[widths.IndexOf(widths.Max())]--;
        }
    }

    private IEnumerable<List<Cell>> Wrapped(List<Cell> row, List<int> widths)
    {
        var cells = row.Select((c, i) => TextPage.Break(c.Text, widths[i]).ToList()).ToList();
        if (CutsLast && cells[^1].Count > 1)
        {
            cells[^1] = [string.Concat(row[^1].Text.AsSpan(0, widths[^1] - 1), "…")];
        }

        for (var line = 0; line < cells.Max(static c => c.Count); line++)
        {
            yield return [.. cells.Select((c, i) => line < c.Count ? row[i] with { Text = c[line] } : "")];
        }
    }
}
