namespace OpsRestart.Adapters.RunStore;

/// <summary>
/// Where a host's OpsRestart keeps what must be seen by the next call on the same host and is void after a boot: locks, suspensions.
/// OPSRESTART_STATE_DIR, else /run/opsrestart for root, else $XDG_RUNTIME_DIR/opsrestart, else a folder of the user's in the temporary folder.
/// </summary>
internal static class StateFolder
{
    /// <summary>The folder for one kind of state, made with access for its owner only.</summary>
    public static string Of(string kind)
    {
        var folder = Path.Combine(Root(), kind);
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
    }

    private static string Root()
    {
        if (Environment.GetEnvironmentVariable("OPSRESTART_STATE_DIR") is { Length: > 0 } given)
        {
            return given;
        }

        if (Environment.IsPrivilegedProcess)
        {
            return "/run/opsrestart";
        }

        return Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } own && Directory.Exists(own)
            ? Path.Combine(own, "opsrestart")
            : Path.Combine(Path.GetTempPath(), "opsrestart-" + Environment.UserName);
    }
}
