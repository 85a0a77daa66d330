using System.Text;

namespace OpsRestart.Adapters.Commands;

/// <summary>
/// What /proc/PID/stat says of a process (proc(5)). It is told from a later one with the same number by its start; all else may change.
/// </summary>
internal sealed record ProcessEntry(int Pid, string Name, int Parent, int Group, int Session, long StartTicks)
{
    private const int MostEnvironment = 1 << 20;

    public bool IsAlive => Equals(Find(Pid));

    public bool Equals(ProcessEntry? other) => other is not null && Pid == other.Pid && StartTicks == other.StartTicks;

    public override int GetHashCode() => HashCode.Combine(Pid, StartTicks);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} (pid {Pid})");

    /// <summary>Null when there is none, or only its zombie.</summary>
    public static ProcessEntry? Find(int pid)
    {
        try
        {
            return Parse(pid, File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat")));
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>
    /// Its command line, or the title that it gave itself; none for a kernel thread, a zombie, or what may not be looked at.
    /// </summary>
    public static IReadOnlyList<string> CommandOf(int pid)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cmdline"))
                .Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public static IReadOnlyList<ProcessEntry> ChildrenOf(int pid)
    {
        try
        {
            return
            [
                .. File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/task/{pid}/children"))
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(static c => Find(Number(c)))
                    .OfType<ProcessEntry>(),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public static IEnumerable<int> AllPids()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                yield return pid;
            }
        }
    }

    /// <summary>Its environment as it was when its program began; none for what may not be looked at.</summary>
    public static byte[] EnvironmentOf(int pid)
    {
        try
        {
            using var file = File.OpenHandle(FormattableString.Invariant($"/proc/{pid}/environ"), options: FileOptions.SequentialScan);
            var text = new byte[8192];
            var length = 0;
            while (length < MostEnvironment && RandomAccess.Read(file, text.AsSpan(length), length) is > 0 and var read)
            {
                length += read;
                if (length == text.Length)
                {
                    Array.Resize(ref text, text.Length * 2);
                }
            }

            return text[..length];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>A variable as an environment holds it.</summary>
    public static byte[] Variable(string name, string value) => Encoding.UTF8.GetBytes($"{name}={value}\0");

    public static bool HasVariable(byte[] environment, byte[] variable) =>
        environment.AsSpan().StartsWith(variable) || environment.AsSpan().IndexOf((byte[])[0, .. variable]) >= 0;

    /// <summary>These, and all that descend from them.</summary>
    public static IReadOnlyList<ProcessEntry> WithDescendants(IEnumerable<ProcessEntry> roots, IReadOnlyList<ProcessEntry> all)
    {
        var found = roots.ToDictionary(static p => p.Pid);
        var children = all.ToLookup(static p => p.Parent);
        var open = new Queue<int>(found.Keys);
        while (open.TryDequeue(out var parent))
        {
            foreach (var child in children[parent].Where(c => found.TryAdd(c.Pid, c)))
            {
                open.Enqueue(child.Pid);
            }
        }

        return [.. found.Values];
    }

    /// <param name="pid">The process.</param>
    /// <param name="stat">Its /proc/PID/stat.</param>
    // The command's name stands in parentheses and may hold anything, ')' too: fields count from the last one.
    public static ProcessEntry? Parse(int pid, string stat)
    {
        var end = stat.LastIndexOf(')');
        var fields = stat[(end + 2)..].Split(' ');
        var name = new StringBuilder(stat, stat.IndexOf('(') + 1, end - stat.IndexOf('(') - 1, 64);
        for (var i = 0; i < name.Length; i++)
        {
            name[i] = char.IsControl(name[i]) ? '?' : name[i];
        }

        return fields[0] is "Z" or "X"
            ? null
            : new ProcessEntry(
                pid,
                name.ToString(),
                Number(fields[1]),
                Number(fields[2]),
                Number(fields[3]),
                fields.Length > 19 ? long.Parse(fields[19], CultureInfo.InvariantCulture) : 0
            );
    }

    private static int Number(string field) => int.Parse(field, CultureInfo.InvariantCulture);
}
