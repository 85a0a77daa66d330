using System.Diagnostics;

namespace OpsRestart.Adapters.Commands;

/// <summary>
/// A control group for one command, below this process' own, so that it ends with the unit that opsrestart runs in. Nothing leaves it but
/// what a service manager takes over.
/// </summary>
internal sealed class ControlGroup
{
    // Whether a process may enter a group below ours is the kernel's to say, and the same for each command.
    private static readonly Lazy<string?> Usable = new(static () => Places().FirstOrDefault(IsUsable));
    private static int _number;

    private ControlGroup(string path) => Path = path;

    public string Path { get; }

    /// <summary>Null where this user may not make one (a login session's is root's), or there are none.</summary>
    public static ControlGroup? TryCreate()
    {
        return Usable.Value is { } place ? TryCreate(place) : null;
    }

    public IReadOnlyList<ProcessEntry> Members() => [.. Folders().SelectMany(Pids).Select(ProcessEntry.Find).OfType<ProcessEntry>()];

    /// <summary>All at once, where the kernel can (5.14, version 2).</summary>
    public void Kill()
    {
        try
        {
            if (File.Exists($"{Path}/cgroup.kill"))
            {
                File.WriteAllText($"{Path}/cgroup.kill", "1");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then one by one.
        }
    }

    /// <returns>False while something is in it.</returns>
    public bool TryRemove()
    {
        try
        {
            foreach (var folder in Folders().Reverse())
            {
                Directory.Delete(folder);
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return !Directory.Exists(Path);
        }
    }

    private static ControlGroup? TryCreate(string place)
    {
        var path = $"{place}/opsrestart-{Environment.ProcessId}-{Interlocked.Increment(ref _number)}";
        try
        {
            if (Directory.Exists(place) && !Directory.Exists(path))
            {
                Directory.CreateDirectory(path);
                return new ControlGroup(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Read-only in most containers, and root's elsewhere.
        }

        return null;
    }

    private static bool IsUsable(string place)
    {
        if (TryCreate(place) is not { } group)
        {
            return false;
        }

        var start = new ProcessStartInfo("/bin/sh", ["-c", "echo 0 >\"$0/cgroup.procs\"", group.Path])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.WaitForExit();
        var removed = SpinWait.SpinUntil(group.TryRemove, TimeSpan.FromSeconds(1));
        return removed && process.ExitCode == 0;
    }

    private static IReadOnlyList<string> Places()
    {
        try
        {
            return ControlGroupPlace.Find(File.ReadAllText("/proc/self/cgroup"), File.ReadAllText("/proc/self/mountinfo"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // Itself and what the command made below, parents before children.
    private IReadOnlyList<string> Folders()
    {
        try
        {
            return Directory.Exists(Path)
                ? [Path, .. Directory.EnumerateDirectories(Path, "*", SearchOption.AllDirectories).OrderBy(static f => f.Length)]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [Path];
        }
    }

    private static IEnumerable<int> Pids(string folder)
    {
        try
        {
            return File.ReadAllLines($"{folder}/cgroup.procs")
                .Select(static line => int.Parse(line, CultureInfo.InvariantCulture))
                .ToList();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return [];
        }
    }
}
