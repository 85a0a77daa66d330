using System.Buffers;

namespace OpsRestart.Core.Reports;

/// <summary>Lines of text for a screen of a given width. A front only paints and writes them.</summary>
/// <param name="width">Columns of the screen; lines that are longer go on in the next.</param>
internal sealed class TextPage(int width)
{
    private static readonly SearchValues<char> Joints = SearchValues.Create("/@:-=,;&?");

    private const int Narrowest = 20;
    private readonly List<IReadOnlyList<Cell>> _lines = [];

    public IReadOnlyList<IReadOnlyList<Cell>> Lines => _lines;

    /// <summary>Breaks at blanks; a word that is longer than a line after what parts it, or anywhere.</summary>
    public static IEnumerable<string> Break(string text, int width)
    {
        while (text.Length > width)
        {
            var blank = text.LastIndexOf(' ', width);
            var part = text.AsSpan(0, width).LastIndexOfAny(Joints) + 1;
            var end =
                blank > 0 ? blank
                : part > width / 4 ? part
                : width - (char.IsHighSurrogate(text[width - 1]) ? 1 : 0);
            yield return text[..end];
            text = text[(blank > 0 ? blank + 1 : end)..];
        }

        yield return text;
    }

    public void Blank() => _lines.Add([]);

    /// <summary>Text of one or more lines; what does not fit goes on as far in as its line began.</summary>
    public void Text(string text, int indent = 0, Paint paint = Paint.None)
    {
        foreach (var line in ShownText.Of(text).Split('\n'))
        {
            var inner = line.TrimStart(' ');
            var at = indent + line.Length - inner.Length;
            foreach (var part in Break(inner, Math.Max(Narrowest, width - at)))
            {
                _lines.Add([new string(' ', part.Length == 0 ? 0 : at), new Cell(part, paint)]);
            }
        }
    }

    /// <summary>A heading and its items, with a blank line before; nothing when there is none.</summary>
    public void List(string heading, IEnumerable<string> items, Paint paint)
    {
        foreach (var (index, item) in items.Index())
        {
            if (index == 0)
            {
                Blank();
                Text(heading, 1, paint);
            }

            Text(item, 3);
        }
    }

    public void Table(TextTable table, int indent = 0)
    {
        _lines.AddRange(table.IsEmpty ? [] : table.Lines(indent, width));
    }

    /// <summary>Without colours.</summary>
    public override string ToString() => string.Join('\n', _lines.Select(static l => string.Concat(l.Select(static c => c.Text))));
}
