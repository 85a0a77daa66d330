namespace OpsRestart.Adapters.Systemd.Schedules;

/// <summary>Where the <c>opsrestart</c> command is.</summary>
internal static class OpsProgram
{
    /// <summary>The first on PATH, with links followed: a timer has a PATH of its own. Null: none.</summary>
    public static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(static folder => Path.Combine(folder, "opsrestart"))
            .FirstOrDefault(File.Exists)
            is { } found
            ? new FileInfo(found).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(found)
            : null;
}
