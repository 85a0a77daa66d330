namespace OpsRestart.Adapters.Commands;

/// <summary>Finds the program of a command, so that a wrong path is known before anything was started.</summary>
internal static class CommandProgram
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>A name is looked for in PATH and nowhere else; a path counts from the command's folder.</summary>
    /// <exception cref="CommandStartException">It is not there, or not executable.</exception>
    public static string Find(string word, string? folder, string path)
    {
        var candidates = word.Contains('/')
            ? [Path.GetFullPath(word, Path.GetFullPath(folder ?? "."))]
            : path.Split(':', StringSplitOptions.RemoveEmptyEntries)
                .Where(static p => p[0] == '/')
                .Select(p => Path.Combine(p, word))
                .ToArray();
        var existing = word.Length == 0 ? [] : candidates.Where(File.Exists).ToArray();
        return existing.FirstOrDefault(IsExecutable)
            ?? throw new CommandStartException(
                $"'{word}' can't be run: {Why(word, candidates, existing)}",
                "Check the path, and that it may be executed."
            );
    }

    private static bool IsExecutable(string path)
    {
        try
        {
            return (File.GetUnixFileMode(path) & Executable) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string Why(string word, string[] candidates, string[] existing) =>
        existing.Length > 0 ? $"{existing[0]} is not executable."
        : !word.Contains('/') ? "no such program in PATH."
        : Directory.Exists(candidates[0]) ? "it is a folder."
        : "no such file.";
}
