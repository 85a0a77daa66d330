using System.Text;

namespace OpsRestart;

/// <summary>
/// Text from outside (graph files, journals, hooks, servers) as it may be shown to a person: what steers a terminal or turns the direction
/// of writing is made visible and does nothing. Values in objects and in JSON stay as they are.
/// </summary>
public static class ShownText
{
    private const char Replacement = '\uFFFD';

    // Unicode has a picture of each of the first 32 characters: ␛ for escape.
    private const char Pictures = '\u2400';
    private const int NarrowestFit = 8;
    private const char DeletePicture = '\u2421';

    /// <summary>Line breaks and tabs stay.</summary>
    public static string Of(string? text) => Show(text, keepsLines: true);

    /// <summary>For one line or cell: line breaks and tabs become blanks.</summary>
    public static string Line(string? text) => Show(text, keepsLines: false);

    /// <summary>
    /// One line of at most so many characters: the middle of a longer one is left out. A width that makes no sense leaves out nothing.
    /// </summary>
    public static string Fit(string? text, int width)
    {
        var line = Line(text);
        if (line.Length <= width || width < NarrowestFit)
        {
            return line;
        }

        var tail = (width - 1) / 2;
        return string.Concat(line.AsSpan(0, width - 1 - tail), "…", line.AsSpan(line.Length - tail));
    }

    private static string Show(string? text, bool keepsLines)
    {
        if (text is null)
        {
            return "";
        }

        var first = 0;
        while (first < text.Length && Visible(text, first, keepsLines) == text[first])
        {
            first++;
        }

        if (first == text.Length)
        {
            return text;
        }

        var shown = new StringBuilder(text.Length).Append(text, 0, first);
        for (var i = first; i < text.Length; i++)
        {
            if (text[i] != '\r' || i + 1 == text.Length || text[i + 1] != '\n')
            {
                shown.Append(Visible(text, i, keepsLines));
            }
        }

        return shown.ToString();
    }

    private static char Visible(string text, int index, bool keepsLines) =>
        text[index] switch
        {
            '\n' or '\t' => keepsLines ? text[index] : ' ',
            < ' ' => (char)(Pictures + text[index]),
            '\u007F' => DeletePicture,
            >= '\u0080' and <= '\u009F' => Replacement,
            '\u2028' or '\u2029' => Replacement,
            >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' => Replacement,
            >= '\uFDD0' and <= '\uFDEF' => Replacement,
            >= '\uD800' and <= '\uDFFF' when !IsPaired(text, index) => Replacement,
            var other => other,
        };

    private static bool IsPaired(string text, int index) =>
        char.IsHighSurrogate(text[index])
            ? index + 1 < text.Length && char.IsLowSurrogate(text[index + 1])
            : index > 0 && char.IsHighSurrogate(text[index - 1]);
}
