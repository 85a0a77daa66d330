namespace OpsRestart.Adapters.Supervisor;

/// <summary>
/// An INI file as Python's RawConfigParser reads it for supervisord (options.py, UnhosedConfigParser): <c>=</c> or <c>:</c> ends a key,
/// whose case does not count; <c>;</c> or <c>#</c> after a blank begins a comment; an indented line goes on with the value; what is said
/// twice holds as it was said last.
/// </summary>
internal static class IniFile
{
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static IEnumerable<(string Section, string Key, string Value)> Read(string file) => Parse(File.ReadAllLines(file));

    internal static List<(string Section, string Key, string Value)> Parse(IEnumerable<string> lines)
    {
        var items = new List<(string Section, string Key, string Value)>();
        var section = "";
        int? depth = null;
        foreach (var raw in lines)
        {
            var line = WithoutComment(raw);
            var text = line.Trim();
            if (text.Length == 0)
            {
                continue;
            }

            var indent = line.Length - line.TrimStart().Length;
            if (indent > depth && items.Count > 0)
            {
                items[^1] = items[^1] with { Value = $"{items[^1].Value}\n{text}".Trim() };
            }
            else if (text is ['[', .. var name] && name.LastIndexOf(']') is > 0 and var end)
            {
                section = name[..end];
                depth = null;
            }
            else if (text.IndexOfAny(['=', ':']) is > 0 and var at)
            {
                items.Add((section, text[..at].TrimEnd().ToLowerInvariant(), text[(at + 1)..].Trim()));
                depth = indent;
            }
        }

        return items;
    }

    private static string WithoutComment(string line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] is ';' or '#' && (i == 0 || char.IsWhiteSpace(line[i - 1])))
            {
                return line[..i];
            }
        }

        return line;
    }
}
