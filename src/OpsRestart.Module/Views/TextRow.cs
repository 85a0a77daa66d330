namespace OpsRestart.Views;

/// <summary>One row of a table.</summary>
/// <param name="Cells">As text, without line breaks.</param>
/// <param name="ColouredCell">The index of the cell that is painted.</param>
/// <param name="Colour">Its ANSI sequence; null: none.</param>
internal sealed record TextRow(IReadOnlyList<string> Cells, int ColouredCell = -1, string? Colour = null);
