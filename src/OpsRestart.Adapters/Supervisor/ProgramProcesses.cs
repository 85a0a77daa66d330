using OpsRestart.Adapters.Commands;

namespace OpsRestart.Adapters.Supervisor;

/// <summary>
/// The processes of a program on this machine: its process group (supervisord gives each process one of its own), what bears its name in
/// the environment that supervisord gives it, and all that descend from these. Never found by the name of a command.
/// </summary>
internal static class ProgramProcesses
{
    private static readonly byte[] AnyServer = ProcessEntry.Variable("SUPERVISOR_SERVER_URL", "")[..^1];

    /// <param name="program">The program.</param>
    /// <param name="group">The process group that it has, or had when it was last seen; 0: not known.</param>
    /// <param name="server">supervisord's socket as it tells its programs, to tell two supervisords apart; null: not known.</param>
    public static IReadOnlyList<ProcessEntry> Find(ProgramInfo program, int group, string? server)
    {
        var name = ProcessEntry.Variable("SUPERVISOR_PROCESS_NAME", program.Name);
        var programs = ProcessEntry.Variable("SUPERVISOR_GROUP_NAME", program.Group);
        var own = ProcessEntry.Variable("SUPERVISOR_SERVER_URL", server ?? "");
        var all = ProcessEntry.AllPids().Select(ProcessEntry.Find).OfType<ProcessEntry>().ToList();
        return ProcessEntry.WithDescendants(all.Where(p => (group > 1 && p.Group == group) || IsMarked(p.Pid)), all);

        bool IsMarked(int pid)
        {
            var environment = ProcessEntry.EnvironmentOf(pid);
            return ProcessEntry.HasVariable(environment, name)
                && ProcessEntry.HasVariable(environment, programs)
                && (server is null || ProcessEntry.HasVariable(environment, own) || environment.AsSpan().IndexOf(AnyServer) < 0);
        }
    }
}
