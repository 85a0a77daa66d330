namespace OpsRestart.Adapters.GraphFiles;

/// <summary>Where graphs are looked for by name.</summary>
internal sealed record GraphFileOptions
{
    /// <summary>The folders of the catalogue; of two graphs with one name the earlier folder's counts.</summary>
    public required IReadOnlyList<string> Folders { get; init; }

    /// <summary>
    /// <c>/etc/opsrestart</c>, then <c>$XDG_CONFIG_HOME/opsrestart</c> (<c>~/.config/opsrestart</c> when unset).
    /// <c>OPSRESTART_CONFIG_PATH</c>, folders with colons between, takes the place of both.
    /// </summary>
    public static GraphFileOptions FromEnvironment()
    {
        var path = Environment.GetEnvironmentVariable("OPSRESTART_CONFIG_PATH");
        return new GraphFileOptions
        {
            Folders = string.IsNullOrEmpty(path)
                ? ["/etc/opsrestart", Path.Combine(UserConfiguration(), "opsrestart")]
                : path.Split(':', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        };
    }

    private static string UserConfiguration()
    {
        var folder = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
        return string.IsNullOrEmpty(folder)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config")
            : folder;
    }
}
