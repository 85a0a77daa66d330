using System.Text;
using OpsRestart.Core.Reports;

namespace OpsRestart.Cli.Output;

/// <summary>
/// All that is written for people passes here: what would steer the terminal is made visible, whoever wrote it. Colours alone come through,
/// as the marks that <see cref="Terminal.Painted"/> sets: characters that no text can hold.
/// </summary>
internal sealed class SafeWriter(TextWriter inner) : TextWriter
{
    private const char FirstMark = '\uFDD0';
    private static readonly Paint[] Paints = Enum.GetValues<Paint>();

    public override Encoding Encoding => inner.Encoding;

    /// <summary>The mark that turns a colour on; that of no colour ends it.</summary>
    public static char Mark(Paint paint) => (char)(FirstMark + (int)paint);

    public override void Write(char value) => inner.Write(Shown(value.ToString()));

    public override void Write(string? value) => inner.Write(Shown(value));

    public override void Write(char[] buffer, int index, int count) => inner.Write(Shown(new string(buffer, index, count)));

    public override void WriteLine() => inner.WriteLine("");

    public override void WriteLine(string? value) => inner.WriteLine(Shown(value));

    public override void Flush() => inner.Flush();

    private static string Shown(string? text)
    {
        var shown = new StringBuilder();
        var rest = text.AsSpan();
        while (rest.IndexOfAnyInRange(FirstMark, Mark(Paints[^1])) is >= 0 and var at)
        {
            shown.Append(ShownText.Of(rest[..at].ToString())).Append(Sequence((Paint)(rest[at] - FirstMark)));
            rest = rest[(at + 1)..];
        }

        return shown.Append(ShownText.Of(rest.ToString())).ToString();
    }

    private static string Sequence(Paint paint) =>
        paint switch
        {
            Paint.None => "\e[0m",
            Paint.Good => "\e[32m",
            Paint.Warning => "\e[33m",
            Paint.Bad => "\e[31m",
            Paint.Faint => "\e[90m",
            _ => "\e[1m",
        };
}
