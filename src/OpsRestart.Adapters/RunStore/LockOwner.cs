using OpsRestart.Adapters.Commands;
using OpsRestart.Adapters.Files;

namespace OpsRestart.Adapters.RunStore;

/// <summary>Who holds a lock, as the kernel says it: no file has to be believed.</summary>
internal static class LockOwner
{
    /// <summary>The process; null when the kernel doesn't tell (another namespace, or it was given back just now).</summary>
    public static int? Find(string path)
    {
        if (FileStatus.Of(path) is not { } status)
        {
            return null;
        }

        // 1: FLOCK  ADVISORY  WRITE 1234 00:1a:5678 0 EOF
        var file = string.Create(CultureInfo.InvariantCulture, $"{status.Major:x2}:{status.Minor:x2}:{status.Inode}");
        try
        {
            foreach (var fields in File.ReadLines("/proc/locks").Select(static l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            {
                if (
                    fields.Length > 5
                    && fields[1] == "FLOCK"
                    && fields[5] == file
                    && int.TryParse(fields[4], CultureInfo.InvariantCulture, out var pid)
                    && pid > 0
                )
                {
                    return pid;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then it has no name.
        }

        return null;
    }

    /// <summary>"root, by opsrestart (pid 42)".</summary>
    public static string Describe(int pid)
    {
        var user = FileStatus.Of(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}")) is { } status
            ? UserAccount.Find(status.Owner)?.Name ?? $"user {status.Owner}"
            : "an unknown user";
        return $"{user}, by {ProcessEntry.Find(pid)?.ToString() ?? string.Create(CultureInfo.InvariantCulture, $"pid {pid}")}";
    }
}
