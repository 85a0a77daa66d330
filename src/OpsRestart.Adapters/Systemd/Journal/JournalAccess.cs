namespace OpsRestart.Adapters.Systemd.Journal;

/// <summary>sd-journal leaves out files that it may not read without a word, which would look like a service that logged nothing.</summary>
internal static class JournalAccess
{
    private static readonly string[] Folders = ["/var/log/journal", "/run/log/journal"];

    /// <exception cref="SystemdException">AccessDenied: there is a journal of the system, and this user may not read it.</exception>
    public static void Require()
    {
        var files = SystemFiles().ToList();
        if (files.Count > 0 && !files.Exists(IsReadable))
        {
            throw new SystemdException(
                OpsError.AccessDenied,
                "The system's journal can't be read by this user.",
                target: files[0],
                advice: "Run as root (sudo), or add the user to the group systemd-journal and log in again."
            );
        }
    }

    private static IEnumerable<string> SystemFiles()
    {
        var machine = File.Exists("/etc/machine-id") ? File.ReadAllText("/etc/machine-id").Trim() : "";
        foreach (var folder in Folders.Select(folder => Path.Combine(folder, machine)).Where(Directory.Exists))
        {
            // Where the folder itself is closed, the file is looked for by its name.
            yield return Path.Combine(folder, "system.journal");
        }
    }

    private static bool IsReadable(string file)
    {
        try
        {
            using var opened = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            // No such file: nothing is kept from this user here.
            return true;
        }
    }
}
