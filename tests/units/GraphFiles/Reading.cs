using OpsRestart.Adapters.GraphFiles;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Tests.Units.GraphFiles;

internal static class Reading
{
    public static GraphDocument Parse(string text) => new GraphFileReader(new GraphFileOptions { Folders = [] }).Parse(text, "graph.yml");

    public static ServiceGraph Valid(string text)
    {
        var document = Parse(text);
        Assert.Empty(Lines(document));
        return document.Graph!;
    }

    /// <summary>Each finding as <c>line:column Code: message → advice</c>.</summary>
    public static IReadOnlyList<string> Lines(GraphDocument document)
        => [.. document.Findings.Select(static f => $"{f.Line}:{f.Column} {f.Code}: {f.Message}{(f.Advice is null ? "" : " → " + f.Advice)}")];
}
