using System.Globalization;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>
/// A work horse is a process of its own session: when its worker is killed, it runs on, finishes its job, and records it. Here the horses of
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

    /// <summary>Horses that still run although their worker is gone.</summary>
    public IReadOnlyList<string> Orphans() =>
        [.. seen.Where(static e => !e.Value.Worker.IsAlive).SelectMany(static e => e.Value.Children.Where(static c => c.IsAlive).Select(c => FormattableString.Invariant($"worker {e.Key} was killed, and its work horse (process {c.Pid}) still runs its job")))];

    /// <summary>Sessions of their own below nobody that look like RQ: horses whose worker died before we came.</summary>
    public static IReadOnlyList<int> FindStrays(IReadOnlySet<int> livePids) =>
        [.. Directory.EnumerateDirectories("/proc").Select(static d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(p => p > 0 && !livePids.Contains(p) && LooksLikeStray(p))];

    private static bool LooksLikeStray(int pid)
    {
        try
        {
            var stat = File.ReadAllText(FormattableString.Invariant($"/proc/{pid}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');

            // proc(5), from the third field on: state, ppid, pgrp, session. The horse called setsid, so it leads its session.
            var leads = fields[3] == pid.ToString(CultureInfo.InvariantCulture);
            var orphaned = !livesBelowAWorker(int.Parse(fields[1], CultureInfo.InvariantCulture));
            return leads && orphaned && fields[0] != "Z" && IsRq(pid);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            return false;
        }

        static bool livesBelowAWorker(int parent) => parent > 1 && IsRq(parent);
    }

    private static bool IsRq(int pid)
    {
        try
        {
            var command = File.ReadAllText(FormattableString.Invariant($"/proc/{pid}/cmdline")).Split('\0');
            return command.Any(static a => a == "worker" || a.EndsWith("/worker.py", StringComparison.Ordinal) || a.StartsWith("rq:", StringComparison.Ordinal))
                && command.Any(static a => a is "rq" or "bench" or "frappe" || a.EndsWith("/rq", StringComparison.Ordinal) || a.EndsWith("/bench", StringComparison.Ordinal) || a.Contains("rq", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

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
