namespace OpsRestart.Adapters.Commands;

/// <summary>
/// A variable in the environment of a command, which its children inherit: by it they are found wherever they went, also in sessions of
/// their own and after their parents' death. One that clears its environment is found by its session or its parents.
/// </summary>
internal sealed class CommandMark
{
    public const string Variable = "OPSRESTART_COMMAND";
    private readonly byte[] _entry;

    public CommandMark()
    {
        Value = Guid.NewGuid().ToString("N");
        _entry = ProcessEntry.Variable(Variable, Value);
    }

    public string Value { get; }

    /// <summary>All that descend from the command, as far as this user may look.</summary>
    /// <param name="leader">The command itself; its session is its own.</param>
    public IReadOnlyList<ProcessEntry> Find(ProcessEntry? leader)
    {
        var all = ProcessEntry
            .AllPids()
            .Where(static p => p != Environment.ProcessId)
            .Select(ProcessEntry.Find)
            .OfType<ProcessEntry>()
            .ToList();
        var isOwnSession = leader is not null && all.All(p => p.Pid != leader.Pid || p.StartTicks == leader.StartTicks);
        var found = all.Where(p => (isOwnSession && p.Session == leader!.Pid) || IsMarked(p.Pid));
        return ProcessEntry.WithDescendants(found, all);
    }

    private bool IsMarked(int pid) => ProcessEntry.HasVariable(ProcessEntry.EnvironmentOf(pid), _entry);
}
