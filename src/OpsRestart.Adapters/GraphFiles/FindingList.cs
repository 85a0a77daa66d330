using OpsRestart.Adapters.GraphFiles.Yaml;

namespace OpsRestart.Adapters.GraphFiles;

/// <summary>Collects what is wrong with one file.</summary>
internal sealed class FindingList(string? file)
{
    private readonly List<GraphFinding> _findings = [];

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<GraphFinding> Sorted => [.. _findings.OrderBy(static f => f.Line).ThenBy(static f => f.Column)];

    public void Add(string code, YamlItem at, string message, string? advice = null, string? target = null)
        => Add(code, at.Line, at.Column, message, advice, target);

    public void Add(string code, int line, int column, string message, string? advice = null, string? target = null)
        => _findings.Add(new GraphFinding { Code = code, File = file, Line = line, Column = column, Message = message, Advice = advice, Target = target });
}
