namespace OpsRestart.Cli.Output;

/// <summary>A piece of a table.</summary>
internal readonly record struct Cell(string Text, Paint Paint = Paint.None)
{
    public static implicit operator Cell(string text) => new(text);
}
