using System.Text;

namespace OpsRestart.Cli.Output;

/// <summary>Puts one blank before each line.</summary>
internal sealed class IndentedWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void WriteLine(string? value) => inner.WriteLine(string.IsNullOrEmpty(value) ? value : " " + value);
}
