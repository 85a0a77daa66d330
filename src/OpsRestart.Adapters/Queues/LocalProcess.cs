using System.Globalization;
using System.Net;

namespace OpsRestart.Adapters.Queues;

/// <summary>A process of this machine, told from a later one with the same number by its start time.</summary>
internal sealed record LocalProcess(int Pid, long StartTicks)
{
    /// <summary>The name that workers of this machine give as their host.</summary>
    public static string HostName { get; } = Dns.GetHostName();

    public bool IsAlive => Find(Pid) == this;

    /// <summary>Null when there is none (or it is a zombie), or /proc can't be read.</summary>
    public static LocalProcess? Find(int pid)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));

            // The command's name stands in parentheses and may hold anything, ')' too: fields count from the last one (proc(5): 3 is state, 22 starttime).
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : new LocalProcess(pid, long.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            return null;
        }
    }
}
