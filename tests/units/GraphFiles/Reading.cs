using OpsRestart.Adapters.Composition;
using OpsRestart.Adapters.GraphFiles;
using OpsRestart.Core.Graph;
using OpsRestart.Tests.Units.Probes;

namespace OpsRestart.Tests.Units.GraphFiles;

internal static class Reading
{
    /// <summary>The kinds of probes of the product.</summary>
    public static readonly ProbeNames Probes = ProbeTable.Names(Check.Kinds);

    public static GraphDocument Parse(string text) => Reader().Parse(text, "graph.yml");

    public static GraphFileReader Reader(params string[] folders) => new(new GraphFileOptions { Folders = folders }, Probes);

    public static string Write(ServiceGraph graph, GraphFormat format) => new GraphWriter(Probes).Write(graph, format);

    public static ServiceGraph Valid(string text)
    {
        var document = Parse(text);
        Assert.Empty(Lines(document));
        return document.Graph!;
    }

    /// <summary>Each finding as <c>line:column Code: message → advice</c>.</summary>
    public static IReadOnlyList<string> Lines(GraphDocument document) =>
        [.. document.Findings.Select(static f => $"{f.Line}:{f.Column} {f.Code}: {f.Message}{(f.Advice is null ? "" : " → " + f.Advice)}")];
}
