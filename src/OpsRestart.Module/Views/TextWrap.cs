using System.Text;

namespace OpsRestart.Views;

/// <summary>Breaks text between words. PowerShell itself breaks a line of a custom view anywhere.</summary>
internal static class TextWrap
{
    public static string Lines(string text, string indent, int width)
        => string.Join('\n', ShownText.Of(text).Split('\n').Select(line => Wrap(line, indent, Math.Max(20, width - 1))));

    private static string Wrap(string line, string indent, int width)
    {
        var text = new StringBuilder(indent);
        var at = indent.Length;
        foreach (var word in line.Split(' '))
        {
            if (at > indent.Length && at + 1 + word.Length > width)
            {
                text.Append('\n').Append(indent);
                at = indent.Length;
            }
            else if (at > indent.Length)
            {
                text.Append(' ');
                at++;
            }

            text.Append(word);
            at += word.Length;
        }

        return text.ToString();
    }
}
