using System.Globalization;
using System.Text;

namespace OpsRestart.Adapters.Commands;

/// <summary>What /proc/PID/stat says of a process (proc(5)).</summary>
internal sealed record ProcessEntry(int Pid, string Name, int Parent, int Group, int Session, long StartTicks)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} (pid {Pid})");

    /// <summary>Null when there is none, or only its zombie.</summary>
    public static ProcessEntry? Find(int pid)
    {
        try
        {
            return Parse(pid, File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Its command line, or the title that it gave itself; none for a kernel thread, a zombie, or what may not be looked at.</summary>
    public static IReadOnlyList<string> CommandOf(int pid)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cmdline")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
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
            : new ProcessEntry(pid, name.ToString(), Number(fields[1]), Number(fields[2]), Number(fields[3]), fields.Length > 19 ? long.Parse(fields[19], CultureInfo.InvariantCulture) : 0);
    }

    private static int Number(string field) => int.Parse(field, CultureInfo.InvariantCulture);
}
