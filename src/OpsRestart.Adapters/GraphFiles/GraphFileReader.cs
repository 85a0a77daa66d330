using OpsRestart.Adapters.GraphFiles.Yaml;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.GraphFiles;

/// <summary>Reads graph files (YAML, and JSON as its subset) and finds them by name. All that is wrong with a text is found at once, with its place.</summary>
public sealed class GraphFileReader(GraphFileOptions options) : IGraphReader
{
    private readonly GraphCatalogue _catalogue = new(options.Folders);

    public IReadOnlyList<string> ListNames() => _catalogue.ListNames();

    public string Resolve(string nameOrPath) => _catalogue.Resolve(nameOrPath);

    public GraphDocument Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var findings = new FindingList(path);
            findings.Add("FileUnreadable", 0, 0, $"The file can't be read: {e.Message}", e is UnauthorizedAccessException ? "Read it as a user who may, or change its mode." : null);
            return new GraphDocument(null, findings.Sorted);
        }
    }

    public GraphDocument Parse(string text, string? path)
    {
        ArgumentNullException.ThrowIfNull(text);
        var findings = new FindingList(path);
        var root = YamlTree.Read(text, findings);
        if (root is null or YamlScalar { IsNull: true })
        {
            if (findings.Sorted.Count == 0)
            {
                findings.Add("MissingKey", 1, 1, "The file is empty.", "A graph needs at least graph: and services:.");
            }

            return new GraphDocument(null, findings.Sorted);
        }

        var graph = new GraphBuilder(findings).Build(root, path);
        return new GraphDocument(graph, findings.Sorted);
    }
}
