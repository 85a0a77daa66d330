using OpsRestart.Adapters.Files;
using OpsRestart.Adapters.GraphFiles.Yaml;
using OpsRestart.Adapters.Settings;
using OpsRestart.Core.Graph;

namespace OpsRestart.Adapters.GraphFiles;

/// <summary>
/// Reads graph files (YAML, and JSON as its subset) and finds them by name. All that is wrong with a text is found at once, with its place.
/// </summary>
internal sealed class GraphFileReader(GraphFileOptions options, ProbeNames probes) : IGraphReader
{
    /// <summary>Far above any real graph; stops a file that never ends.</summary>
    public const int SizeLimit = 4 * 1024 * 1024;

    private readonly GraphCatalogue _catalogue = new(options.Folders);

    public IReadOnlyList<string> ListNames() => _catalogue.ListNames();

    public string Resolve(string nameOrPath) => _catalogue.Resolve(nameOrPath);

    public GraphDocument Read(string path)
    {
        try
        {
            // A pipe would keep the reader waiting, a device never ends.
            return FileStatus.OfTarget(path) is { IsFile: false } other
                ? Unreadable(path, $"it is {other.Kind}")
                : Parse(ReadText(path), path);
        }
        catch (UnauthorizedAccessException e)
        {
            return Unreadable(path, e.Message, "Read it as a user who may, or change its mode.");
        }
        catch (IOException e)
        {
            return Unreadable(path, e.Message);
        }
    }

    public GraphDocument Parse(string text, string? path)
    {
        var findings = new FindingList(path);
        if (text.Length > SizeLimit)
        {
            findings.Add(
                "TooLarge",
                1,
                1,
                $"The file has more than {SizeLimit / 1024 / 1024} MiB.",
                "No graph is that large: is it the right file?"
            );
            return new GraphDocument(null, findings.Sorted);
        }

        var root = YamlTree.Read(text, findings);
        if (root is null or YamlScalar { IsNull: true })
        {
            if (findings.Sorted.Count == 0)
            {
                findings.Add("MissingKey", 1, 1, "The file is empty.", "A graph needs at least graph: and services:.");
            }

            return new GraphDocument(null, findings.Sorted);
        }

        var graph = new GraphBuilder(findings, probes).Build(root, path);
        return new GraphDocument(graph, findings.Sorted);
    }

    private static string ReadText(string path)
    {
        var buffer = new byte[SizeLimit + 1];
        using var file = File.OpenRead(path);
        var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        using var reader = new StreamReader(new MemoryStream(buffer, 0, length), detectEncodingFromByteOrderMarks: true);
        var text = reader.ReadToEnd();

        // Bytes count, not characters: what was cut off must not be taken for the whole.
        return length > SizeLimit ? text.PadRight(SizeLimit + 1) : text;
    }

    private static GraphDocument Unreadable(string path, string why, string? advice = null)
    {
        var findings = new FindingList(path);
        findings.Add("FileUnreadable", 0, 0, $"The file can't be read: {why}", advice);
        return new GraphDocument(null, findings.Sorted);
    }
}
