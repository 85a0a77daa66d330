namespace OpsRestart.Parameters;

internal static class GraphPaths
{
    /// <summary>
    /// A path is meant relative to PowerShell's location, which is not the process' one; a plain name is one of the catalogue.
    /// </summary>
    public static string ResolveGraphPath(this PSCmdlet cmdlet, string nameOrPath) =>
        IsPath(nameOrPath) ? cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(nameOrPath) : nameOrPath;

    /// <summary>The same for a file that need not exist.</summary>
    public static string ResolveFilePath(this PSCmdlet cmdlet, string path) =>
        cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);

    private static bool IsPath(string text) =>
        text.Contains('/') || text.StartsWith('~') || Path.GetExtension(text).ToLowerInvariant() is ".yml" or ".yaml" or ".json";
}
