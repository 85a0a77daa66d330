using System.Text;

namespace OpsRestart.Views;

/// <summary>Lays out a table with a heading, as PowerShell's own look: the last column takes what is left of the width.</summary>
internal static class TextTable
{
    private const string Gap = "  ";
    private const int NarrowestColumn = 10;
    private const string HeadingColour = "\e[32;1m";
    private const string Reset = "\e[0m";

    /// <param name="heading">The columns; a leading <c>&gt;</c> aligns a column to the right.</param>
    /// <param name="rows">Cells, and the colour of the row's coloured cell.</param>
    /// <param name="width">Of the screen; lines are cut there.</param>
    /// <param name="colours">With ANSI colours.</param>
    /// <param name="wrap">Cells that are too long go on in the next line; nothing is cut.</param>
    public static string Draw(IReadOnlyList<string> heading, IReadOnlyList<TextRow> rows, int width, bool colours = true, bool wrap = false)
    {
        rows = [.. rows.Select(static r => r with { Cells = [.. r.Cells.Select(ShownText.Line)] })];
        var names = heading.Select(static h => h.TrimStart('>')).ToList();
        var widths = names.Select((n, i) => rows.Select(r => r.Cells[i].Length).Append(n.Length).Max()).ToList();
        var right = heading.Select(static h => h.StartsWith('>')).ToList();
        var text = new StringBuilder();
        if (wrap)
        {
            Narrow(widths, width - 1);
        }

        AppendLine(new TextRow(names), HeadingColour);
        AppendLine(new TextRow([.. names.Select(static n => new string('-', n.Length))]), HeadingColour);
        foreach (var row in wrap ? rows.SelectMany(r => Wrapped(r, widths)) : rows)
        {
            AppendLine(row, null);
        }

        return text.ToString().TrimEnd('\n');

        void AppendLine(TextRow row, string? rowColour)
        {
            var cells = row.Cells;
            var left = Math.Max(20, width - 1);
            for (var i = 0; i < cells.Count && left > 0; i++)
            {
                var padded = right[i] ? cells[i].PadLeft(widths[i]) : i == cells.Count - 1 ? cells[i] : cells[i].PadRight(widths[i]);
                var cell = (i == 0 ? " " : Gap) + padded;
                cell = cell.Length <= left ? cell : string.Concat(cell.AsSpan(0, left - 1), "…");
                left -= cell.Length;
                var paint = rowColour ?? (row.ColouredCell == i ? row.Colour : null);
                text.Append(paint is null || !colours ? cell : $"{paint}{cell}{Reset}");
            }

            text.Append('\n');
        }
    }

    /// <summary>Takes from the widest columns until all fit.</summary>
    private static void Narrow(List<int> widths, int width)
    {
        while (widths.Sum() + 1 + (Gap.Length * (widths.Count - 1)) > width && widths.Max() > NarrowestColumn)
        {
            widths[widths.IndexOf(widths.Max())]--;
        }
    }

    private static IEnumerable<TextRow> Wrapped(TextRow row, List<int> widths)
    {
        var cells = row.Cells.Select((c, i) => Lines(c, widths[i]).ToList()).ToList();
        for (var line = 0; line < cells.Max(static c => c.Count); line++)
        {
            yield return row with { Cells = [.. cells.Select(c => line < c.Count ? c[line] : "")] };
        }
    }

    /// <summary>Breaks at spaces, and within a word only where it is longer than a line.</summary>
    private static IEnumerable<string> Lines(string text, int width)
    {
        while (text.Length > width)
        {
            var space = text.LastIndexOf(' ', width);
            yield return text[..(space > 0 ? space : width)];
            text = text[(space > 0 ? space + 1 : width)..];
        }

        yield return text;
    }
}
