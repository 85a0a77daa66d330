namespace OpsRestart.Adapters.Probes;

/// <summary>The memory of one process, as /proc/PID/status tells (proc(5)).</summary>
internal static class ProcessMemory
{
    /// <summary>Bytes; null: it is gone, or may not be looked at.</summary>
    public static double? Of(int pid, MemoryMeasure measure)
    {
        try
        {
            return Parse(File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/status")), measure);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Lines such as <c>VmRSS:     1234 kB</c>; a kernel thread has none.</summary>
    public static double? Parse(string status, MemoryMeasure measure)
    {
        var key = measure == MemoryMeasure.Virtual ? "VmSize:" : "VmRSS:";
        var line = status.Split('\n').FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal));
        return
            line?.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is [_, var number, "kB"]
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var kilobytes)
            ? kilobytes * 1024d
            : null;
    }
}
