using System.Text;

namespace OpsRestart.Views;

/// <summary>Lays out a table with a heading, as PowerShell's own look: the last column takes what is left of the width.</summary>
internal static class TextTable
{
    private const string Gap = "  ";
    private const string HeadingColour = "\e[32;1m";
    private const string Reset = "\e[0m";

    /// <param name="heading">The columns; a leading <c>&gt;</c> aligns a column to the right.</param>
    /// <param name="rows">Cells, and the colour of the row's coloured cell.</param>
    /// <param name="width">Of the screen; lines are cut there.</param>
    /// <param name="colours">With ANSI colours.</param>
    public static string Draw(IReadOnlyList<string> heading, IReadOnlyList<TextRow> rows, int width, bool colours = true)
    {
        var names = heading.Select(static h => h.TrimStart('>')).ToList();
        var widths = names.Select((n, i) => rows.Select(r => r.Cells[i].Length).Append(n.Length).Max()).ToList();
        var right = heading.Select(static h => h.StartsWith('>')).ToList();
        var text = new StringBuilder();
        AppendLine(new TextRow(names), HeadingColour);
        AppendLine(new TextRow([.. names.Select(static n => new string('-', n.Length))]), HeadingColour);
        foreach (var row in rows)
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
}
