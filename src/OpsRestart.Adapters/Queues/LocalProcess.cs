using System.Net;
using OpsRestart.Adapters.Commands;

namespace OpsRestart.Adapters.Queues;

/// <summary>A process of this machine, told from a later one with the same number by its start time.</summary>
internal sealed record LocalProcess(int Pid, long StartTicks)
{
    /// <summary>The name that workers of this machine give as their host.</summary>
    public static string HostName { get; } = Dns.GetHostName();

    public bool IsAlive => Find(Pid) == this;

    /// <summary>Null when there is none (or it is a zombie), or /proc can't be read.</summary>
    public static LocalProcess? Find(int pid) => ProcessEntry.Find(pid) is { } found ? new LocalProcess(pid, found.StartTicks) : null;
}
