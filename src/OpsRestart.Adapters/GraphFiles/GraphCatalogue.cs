namespace OpsRestart.Adapters.GraphFiles;

/// <summary>The folders in which graphs lie, one file each, found by the file's name.</summary>
internal sealed class GraphCatalogue(IReadOnlyList<string> folders)
{
    private static readonly string[] Extensions = [".yml", ".yaml", ".json"];

    public IReadOnlyList<string> ListNames() =>
        [
            .. folders
                .SelectMany(Files)
                .Select(static file => Path.GetFileNameWithoutExtension(file))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>A text with a slash or one of the extensions is a path; any other is a name and looked for in the folders.</summary>
    public string Resolve(string nameOrPath)
    {
        if (string.IsNullOrWhiteSpace(nameOrPath))
        {
            throw NotFound(nameOrPath);
        }

        var isPath = nameOrPath.Contains('/') || Extensions.Contains(Path.GetExtension(nameOrPath), StringComparer.OrdinalIgnoreCase);
        var found = isPath
            ? ExistingPath(nameOrPath)
            : folders.SelectMany(folder => Candidates(folder, nameOrPath)).FirstOrDefault(File.Exists);
        return found ?? throw (isPath ? NoSuchFile(nameOrPath) : NotFound(nameOrPath));
    }

    private static string? ExistingPath(string path)
    {
        var full = Path.GetFullPath(
            path.StartsWith("~/", StringComparison.Ordinal)
                ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..])
                : path
        );
        return File.Exists(full) ? full : null;
    }

    private static IEnumerable<string> Candidates(string folder, string name) =>
        Extensions.Select(extension => Path.Combine(folder, name + extension));

    private static IReadOnlyList<string> Files(string folder)
    {
        try
        {
            return
            [
                .. Directory
                    .EnumerateFiles(folder)
                    .Where(static file => Extensions.Contains(Path.GetExtension(file), StringComparer.Ordinal)),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that isn't there, or that the caller may not list, has no graphs for them.
            return [];
        }
    }

    private static OpsRestartException NoSuchFile(string path) =>
        new(
            OpsError.GraphNotFound,
            Directory.Exists(path)
                ? $"{Path.GetFullPath(path)} is a folder, not a graph file."
                : $"There is no graph file {Path.GetFullPath(path)}.",
            path,
            "Check the path, or give the name of a graph from the catalogue folders."
        );

    private OpsRestartException NotFound(string name)
    {
        var names = ListNames();
        var known = names.Count == 0 ? "There are no graphs there." : $"Graphs there: {string.Join(", ", names)}.";
        var advice = NearestName.Advice(name, names) is { } nearest ? $"{nearest} {known}" : known;
        return new OpsRestartException(
            OpsError.GraphNotFound,
            $"No graph is called '{name}'. Looked for {name}.yml, .yaml and .json in {string.Join(" and ", folders)}.",
            name,
            advice
        );
    }
}
