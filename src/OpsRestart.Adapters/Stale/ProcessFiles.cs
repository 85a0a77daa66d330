using System.ComponentModel;
using System.Diagnostics;
using OpsRestart.Adapters.Commands;

namespace OpsRestart.Adapters.Stale;

/// <summary>
/// The program and libraries that a process runs and that are no longer on disk, as needrestart sees them: what the kernel marks as deleted
/// in /proc/PID/exe and /proc/PID/maps (proc(5)).
/// </summary>
internal static class ProcessFiles
{
    private const string Deleted = " (deleted)";

    // Memory that has a name and never was a file that could be replaced.
    private static readonly string[] NoFiles =
    [
        "/SYSV",
        "/memfd:",
        "/dev/",
        "/drm",
        "/i915",
        "/[aio]",
        "/anon_hugepage",
        "/tmp/",
        "/var/tmp/",
        "/run/",
    ];

    /// <summary>Null: this user may not look at it, or it is gone.</summary>
    public static (string? Program, IReadOnlyList<string> Libraries)? Replaced(int pid)
    {
        try
        {
            var program = File.ResolveLinkTarget(FormattableString.Invariant($"/proc/{pid}/exe"), returnFinalTarget: false)?.FullName;
            var maps = File.ReadAllLines(FormattableString.Invariant($"/proc/{pid}/maps"));
            var replaced = program?.EndsWith(Deleted, StringComparison.Ordinal) == true ? program[..^Deleted.Length] : null;
            return (replaced is not null && IsFile(replaced) ? replaced : null, Libraries(maps, replaced));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>When it began; null: it is gone, or can't be told.</summary>
    public static DateTime? StartOf(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.StartTime.ToUniversalTime();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    /// <summary>The scripts among the first words of its command line: an interpreter's own file says nothing of those.</summary>
    public static IEnumerable<string> ScriptsOf(int pid) =>
        ProcessEntry.CommandOf(pid).Take(3).Where(static w => w.StartsWith('/') && File.Exists(w)).Distinct();

    internal static IReadOnlyList<string> Libraries(IEnumerable<string> maps, string? program) =>
        [
            .. maps.Select(static line => line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries))
                // address perms offset dev inode pathname; only what is executed.
                .Where(static f => f.Length == 6 && f[1].Contains('x') && f[5].EndsWith(Deleted, StringComparison.Ordinal))
                .Select(static f => f[5][..^Deleted.Length])
                .Where(path => path != program && IsFile(path))
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

    private static bool IsFile(string path) => path.StartsWith('/') && !NoFiles.Any(n => path.StartsWith(n, StringComparison.Ordinal));
}
