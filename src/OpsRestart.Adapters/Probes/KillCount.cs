namespace OpsRestart.Adapters.Probes;

/// <summary>How often the kernel killed a process because memory ran out, as its own counters tell.</summary>
/// <param name="root">Where control groups are. Default: /sys/fs/cgroup.</param>
/// <param name="statistics">Default: /proc/vmstat.</param>
internal sealed class KillCount(string root = MemoryController.Root, string statistics = "/proc/vmstat")
{
    /// <summary>
    /// In a control group and all below it, since it was made: memory.events of version 2, memory.oom_control of version 1. Null: nobody
    /// counts.
    /// </summary>
    /// <param name="group">Below the root of the hierarchy, as a manager tells it.</param>
    public long? Of(string group)
    {
        var below = group.TrimStart('/');
        return Read(Path.Combine(root, below, "memory.events")) ?? Read(Path.Combine(root, "memory", below, "memory.oom_control"));
    }

    /// <summary>On the whole machine, since it was started (Linux 4.13). Null: nobody counts.</summary>
    public long? OfMachine() => Read(statistics);

    /// <summary>A line <c>oom_kill 3</c>.</summary>
    private static long? Read(string path)
    {
        try
        {
            return
                File.ReadLines(path).FirstOrDefault(static l => l.StartsWith("oom_kill ", StringComparison.Ordinal)) is { } line
                && long.TryParse(line["oom_kill ".Length..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                ? count
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
