using OpsRestart.Adapters.Commands;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>What /proc says of a process, to tell work horses from workers.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="Parent">Its parent's; 1 (or a subreaper's) after the parent's death.</param>
/// <param name="Group">Its process group.</param>
/// <param name="Session">Its session.</param>
/// <param name="Arguments">Its command line, or the title that it gave itself.</param>
internal sealed record RqProcess(int Pid, int Parent, int Group, int Session, IReadOnlyList<string> Arguments)
{
    /// <summary>RQ 1.x makes its horse the leader of a session, RQ 2.x only of a process group.</summary>
    public bool LeadsGroup => Group == Pid;

    /// <summary>`rq worker`, `rq worker-pool`, Frappe's `bench worker`, a title of setproctitle, or the script that SpawnWorker gives its horse.</summary>
    public bool IsRq =>
        Arguments.Any(static a => a.Contains("main_work_horse", StringComparison.Ordinal))
        || (Arguments.Any(static a => a is "worker" or "worker-pool" || a.EndsWith("/worker.py", StringComparison.Ordinal) || a.StartsWith("rq:", StringComparison.Ordinal))
            && Arguments.Any(static a => a is "rq" or "bench" or "frappe" || a.EndsWith("/rq", StringComparison.Ordinal) || a.EndsWith("/bench", StringComparison.Ordinal) || a.Contains("rq", StringComparison.Ordinal)));

    /// <summary>Null when there is no such process (or it is a zombie), or /proc can't be read.</summary>
    public static RqProcess? Find(int pid) => Of(ProcessEntry.Find(pid), ProcessEntry.CommandOf(pid));

    /// <param name="pid">The process.</param>
    /// <param name="stat">/proc/PID/stat, proc(5): from the third field on state, ppid, pgrp, session.</param>
    /// <param name="commandLine">/proc/PID/cmdline: each argument ends with a NUL.</param>
    public static RqProcess? Parse(int pid, string stat, string commandLine) => Of(ProcessEntry.Parse(pid, stat), commandLine.Split('\0'));

    /// <summary>
    /// May it be a horse that lost its worker? A worker that serves another broker can look the same; then the answer is yes, since a job
    /// taken for lost by mistake would run twice. Only a worker right below the leader of its session (supervisord, a shell) is surely none.
    /// </summary>
    public bool LooksLikeStray(RqProcess? parent) =>
        LeadsGroup && IsRq && parent is not { Pid: > 1, IsRq: true } && !(Parent == Session && Parent > 1);

    private static RqProcess? Of(ProcessEntry? entry, IReadOnlyList<string> arguments) =>
        entry is null ? null : new RqProcess(entry.Pid, entry.Parent, entry.Group, entry.Session, arguments);
}
