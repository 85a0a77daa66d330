namespace OpsRestart.Core.Reports;

/// <summary>A piece of a line.</summary>
internal readonly record struct Cell(string Text, Paint Paint = Paint.None)
{
    public static implicit operator Cell(string text) => new(text);
}
