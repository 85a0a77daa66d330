using OpsRestart.Cli.Output;

namespace OpsRestart.Tests.Units.Cli;

/// <summary>A terminal that remembers what was written, without the blanks around it.</summary>
internal sealed class ConsoleText
{
    private readonly StringWriter _out = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public ConsoleText(bool colour = false, int width = int.MaxValue) =>
        Terminal = new Terminal
        {
            Out = _out,
            Error = _error,
            Colour = colour,
            Width = width,
        };

    public Terminal Terminal { get; }

    public string Out => _out.ToString();

    public string Error => _error.ToString();
}
