using System.Globalization;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>
/// A work horse is a process of its own group: when its worker is killed, it runs on, finishes its job, and records it. Here the horses of
/// this machine's workers are remembered while the worker lives, so that they can be waited for when it doesn't any more.
/// </summary>
internal sealed class RqHorses
{
    private readonly Dictionary<string, (LocalProcess Worker, HashSet<LocalProcess> Children)> seen = new(StringComparer.Ordinal);

    /// <summary>Notes the children of busy workers of this machine.</summary>
    public void Watch(RqSnapshot snapshot)
    {
        foreach (var worker in snapshot.Workers.Where(static w => w.IsLive && w.HostName == LocalProcess.HostName && w.Pid is not null))
        {
            if (!seen.TryGetValue(worker.Name, out var entry) || entry.Worker.Pid != worker.Pid)
            {
                if (LocalProcess.Find(worker.Pid!.Value) is not { } process)
                {
                    continue;
                }

                seen[worker.Name] = entry = (process, []);
            }

            if (worker.IsBusy)
            {
                entry.Children.UnionWith(Children(worker.Pid!.Value));
            }
        }
    }

    /// <summary>Horses that still run although their worker is gone. A worker's scheduler process outlives it too, but runs no job.</summary>
    public IReadOnlyList<string> Orphans() =>
        [.. seen.Where(static e => !e.Value.Worker.IsAlive).SelectMany(static e => e.Value.Children.Where(static c => c.IsAlive && RqProcess.Find(c.Pid) is { LeadsGroup: true }).Select(c => FormattableString.Invariant($"worker {e.Key} was killed, and its work horse (process {c.Pid}) still runs its job")))];

    /// <summary>Horses whose worker died before we came.</summary>
    public static IReadOnlyList<int> FindStrays(IReadOnlySet<int> livePids) =>
        [.. Directory.EnumerateDirectories("/proc").Select(static d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(p => p > 0 && !livePids.Contains(p) && RqProcess.Find(p) is { } process && process.LooksLikeStray(RqProcess.Find(process.Parent)))];

    private static IEnumerable<LocalProcess> Children(int pid)
    {
        try
        {
            return [.. File.ReadAllText(FormattableString.Invariant($"/proc/{pid}/task/{pid}/children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(static c => LocalProcess.Find(int.Parse(c, CultureInfo.InvariantCulture))).OfType<LocalProcess>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
