using System.Globalization;
using System.Text;

namespace OpsRestart.Cli.Output;

/// <summary>Columns with a blank between, as PowerShell and systemctl print them. Only the last column is cut to the width.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<Cell[]> _rows = [];
    private readonly HashSet<int> _right = [];

    public int Count => _rows.Count;

    public TextTable Right(params int[] columns)
    {
        _right.UnionWith(columns);
        return this;
    }

    public void Add(params Cell[] cells) => _rows.Add([.. cells.Select(static c => c with { Text = ShownText.Line(c.Text) })]);

    public void Write(TextWriter writer, bool colour, int width = int.MaxValue)
    {
        var columns = Enumerable.Range(0, headings.Length).Where(c => _rows.Any(r => r[c].Text.Length > 0)).ToList();
        var widths = columns.ToDictionary(static c => c, c => Math.Max(headings[c].Length, _rows.Max(r => Columns(r[c].Text))));
        Line(columns, widths, [.. headings.Select(static h => new Cell(h, Paint.Strong))], writer, colour, width);
        Line(columns, widths, [.. headings.Select(static h => new Cell(new string('-', h.Length), Paint.Strong))], writer, colour, width);
        foreach (var row in _rows)
        {
            Line(columns, widths, row, writer, colour, width);
        }
    }

    /// <summary>Text in a colour, for a <see cref="Terminal"/>'s writers.</summary>
    public static string Painted(string text, Paint paint, bool colour)
        => !colour || paint == Paint.None || text.Length == 0 ? text : $"{SafeWriter.Mark(paint)}{ShownText.Of(text)}{SafeWriter.Mark(Paint.None)}";

    private void Line(List<int> columns, Dictionary<int, int> widths, Cell[] cells, TextWriter writer, bool colour, int width)
    {
        var line = new StringBuilder();
        var used = 0;
        foreach (var column in columns)
        {
            var cell = cells[column];
            var isLast = column == columns[^1];
            var text = isLast ? Cut(cell.Text, width - used) : cell.Text;
            var blank = new string(' ', widths[column] - Columns(cell.Text));
            var painted = Painted(text, cell.Paint, colour);
            line.Append(_right.Contains(column) ? blank + painted : isLast ? painted : painted + blank);
            line.Append(isLast ? "" : "  ");
            used += widths[column] + 2;
        }

        writer.WriteLine(line.ToString().TrimEnd());
    }

    private static string Cut(string text, int width) => Columns(text) <= width || width < 2 ? text : string.Concat(text.AsSpan(0, Math.Min(text.Length, width - 1)), "…");

    private static int Columns(string text) => new StringInfo(text).LengthInTextElements;
}
