namespace OpsRestart.Adapters.Settings;

/// <summary>Collects what is wrong with one file, or with one definition.</summary>
internal sealed class FindingList(string? file)
{
    private const int Limit = 1000;
    private const int TextLimit = 2000;
    private readonly List<GraphFinding> _findings = [];
    private int _more;

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<GraphFinding> Sorted => [.. _findings.OrderBy(static f => f.Line).ThenBy(static f => f.Column), .. Rest()];

    /// <summary>Whether more would only be counted.</summary>
    public bool IsFull => _findings.Count >= Limit;

    public void Add(string code, YamlItem at, string message, string? advice = null, string? target = null) =>
        Add(code, at.Line, at.Column, message, advice, target);

    public void Add(string code, int line, int column, string message, string? advice = null, string? target = null)
    {
        if (IsFull)
        {
            _more++;
            return;
        }

        // A setting may be read twice, one by another's reader; its fault is told once.
        if (_findings.Exists(f => f.Line == line && f.Column == column && f.Message == message))
        {
            return;
        }

        _findings.Add(
            new GraphFinding
            {
                Code = code,
                File = file,
                Line = line,
                Column = column,
                Message = Short(message),
                Advice = advice is null ? null : Short(advice),
                Target = target is null ? null : Short(target),
            }
        );
    }

    private GraphFinding[] Rest() =>
        _more == 0
            ? []
            :
            [
                new GraphFinding
                {
                    Code = "TooManyFindings",
                    File = file,
                    Line = _findings[^1].Line,
                    Message = $"{_more} more findings are not shown.",
                    Advice = "Fix these first.",
                },
            ];

    private static string Short(string text) => text.Length <= TextLimit ? text : text[..TextLimit] + "…";
}
