namespace OpsRestart.Core.Graph;

/// <summary>Reads graphs from files.</summary>
internal interface IGraphReader
{
    /// <summary>Names of the graphs in the catalogue folders, for completion and listing. Never throws for one bad file.</summary>
    IReadOnlyList<string> ListNames();

    /// <summary>The file of a name or path.</summary>
    /// <exception cref="OpsRestartException">GraphNotFound, saying where it was looked for and which names there are.</exception>
    string Resolve(string nameOrPath);

    /// <summary>Reads a file; all that is wrong with its text is in the result, all at once.</summary>
    GraphDocument Read(string path);

    GraphDocument Parse(string text, string? path);
}
