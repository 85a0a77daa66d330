using OpsRestart.Adapters.Commands;
using static System.FormattableString;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>
/// A work horse is a process of its own group: when its worker is killed, it runs on, finishes its job, and records it. Here the horses of
/// this machine's workers are remembered while the worker lives, so that they can be waited for when it doesn't any more.
/// </summary>
internal sealed class RqHorses
{
    private readonly Dictionary<string, (ProcessEntry Worker, HashSet<ProcessEntry> Children)> _seen = new(StringComparer.Ordinal);

    /// <summary>Notes the children of busy workers of this machine.</summary>
    public void Watch(RqLook snapshot)
    {
        foreach (var worker in snapshot.Workers.Where(static w => w.IsLive && w.HostName == WorkerNames.HostName && w.Pid is not null))
        {
            if (!_seen.TryGetValue(worker.Name, out var entry) || entry.Worker.Pid != worker.Pid)
            {
                if (ProcessEntry.Find(worker.Pid!.Value) is not { } process)
                {
                    continue;
                }

                _seen[worker.Name] = entry = (process, []);
            }

            if (worker.IsBusy)
            {
                entry.Children.UnionWith(ProcessEntry.ChildrenOf(worker.Pid!.Value));
            }
        }
    }

    /// <summary>
    /// Horses that still run although their worker is gone. A worker's scheduler process outlives it too, but runs no job.
    /// </summary>
    public IReadOnlyList<string> Orphans() =>
        [
            .. _seen
                .Where(static e => !e.Value.Worker.IsAlive)
                .SelectMany(static e =>
                    e.Value.Children.Where(static c => c.IsAlive && RqProcess.Find(c.Pid) is { LeadsGroup: true })
                        .Select(c => Invariant($"worker {e.Key} was killed, and its work horse (process {c.Pid}) still runs its job"))
                ),
        ];

    /// <summary>Horses whose worker died before we came.</summary>
    public static IReadOnlyList<int> FindStrays(IReadOnlySet<int> livePids) =>
        [
            .. ProcessEntry
                .AllPids()
                .Where(p =>
                    !livePids.Contains(p)
                    && RqProcess.Find(p) is { } process
                    && process.LooksLikeStray(RqProcess.Find(process.Entry.Parent))
                ),
        ];
}

/// <summary>What /proc says of a process, to tell work horses from workers.</summary>
/// <param name="Entry">Its parent's number is 1 (or a subreaper's) after the parent's death.</param>
/// <param name="Arguments">Its command line, or the title that it gave itself.</param>
internal sealed record RqProcess(ProcessEntry Entry, IReadOnlyList<string> Arguments)
{
    /// <summary>RQ 1.x makes its horse the leader of a session, RQ 2.x only of a process group.</summary>
    public bool LeadsGroup => Entry.Group == Entry.Pid;

    /// <summary>
    /// `rq worker`, `rq worker-pool`, Frappe's `bench worker`, a title of setproctitle, or the script that SpawnWorker gives its horse.
    /// </summary>
    public bool IsRq =>
        Arguments.Any(static a => a.Contains("main_work_horse", StringComparison.Ordinal))
        || (
            Arguments.Any(static a =>
                a is "worker" or "worker-pool"
                || a.EndsWith("/worker.py", StringComparison.Ordinal)
                || a.StartsWith("rq:", StringComparison.Ordinal)
            )
            && Arguments.Any(static a =>
                a is "rq" or "bench" or "frappe"
                || a.EndsWith("/rq", StringComparison.Ordinal)
                || a.EndsWith("/bench", StringComparison.Ordinal)
                || a.Contains("rq", StringComparison.Ordinal)
            )
        );

    /// <summary>Null when there is no such process (or it is a zombie), or /proc can't be read.</summary>
    public static RqProcess? Find(int pid) => Of(ProcessEntry.Find(pid), ProcessEntry.CommandOf(pid));

    /// <param name="pid">The process.</param>
    /// <param name="stat">/proc/PID/stat, proc(5): from the third field on state, ppid, pgrp, session.</param>
    /// <param name="commandLine">/proc/PID/cmdline: each argument ends with a NUL.</param>
    public static RqProcess? Parse(int pid, string stat, string commandLine) => Of(ProcessEntry.Parse(pid, stat), commandLine.Split('\0'));

    /// <summary>
    /// May it be a horse that lost its worker? A worker that serves another broker can look the same; then the answer is yes, since a job
    /// taken for lost by mistake would run twice. Only a worker right below the leader of its session (supervisord, a shell) is surely
    /// none.
    /// </summary>
    public bool LooksLikeStray(RqProcess? parent) =>
        LeadsGroup && IsRq && parent is not { Entry.Pid: > 1, IsRq: true } && !(Entry.Parent == Entry.Session && Entry.Parent > 1);

    private static RqProcess? Of(ProcessEntry? entry, IReadOnlyList<string> arguments) =>
        entry is null ? null : new RqProcess(entry, arguments);
}
