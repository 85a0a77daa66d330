using System.Text;

namespace OpsRestart.Adapters.Commands;

/// <summary>
/// A variable in the environment of a command, which its children inherit: by it they are found wherever they went, also in sessions of their own and
/// after their parents' death. One that clears its environment is found by its session or its parents.
/// </summary>
internal sealed class CommandMark
{
    public const string Variable = "OPSRESTART_COMMAND";
    private const int Limit = 1 << 20;
    private readonly byte[] _entry;

    public CommandMark()
    {
        Value = Guid.NewGuid().ToString("N");
        _entry = Encoding.ASCII.GetBytes($"{Variable}={Value}\0");
    }

    public string Value { get; }

    /// <summary>All that descend from the command, as far as this user may look.</summary>
    /// <param name="leader">The command itself; its session is its own.</param>
    public IReadOnlyList<ProcessEntry> Find(ProcessEntry? leader)
    {
        var all = ProcessEntry.AllPids().Where(static p => p != Environment.ProcessId).Select(ProcessEntry.Find).OfType<ProcessEntry>().ToList();
        var isOwnSession = leader is not null && all.All(p => p.Pid != leader.Pid || p.StartTicks == leader.StartTicks);
        var found = all.Where(p => (isOwnSession && p.Session == leader!.Pid) || IsMarked(p.Pid)).ToDictionary(static p => p.Pid);
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

    private bool IsMarked(int pid)
    {
        try
        {
            using var file = File.OpenHandle(FormattableString.Invariant($"/proc/{pid}/environ"), options: FileOptions.SequentialScan);
            var text = new byte[8192];
            var length = 0;
            while (length < Limit && RandomAccess.Read(file, text.AsSpan(length), length) is > 0 and var read)
            {
                length += read;
                if (length == text.Length)
                {
                    Array.Resize(ref text, text.Length * 2);
                }
            }

            return text.AsSpan(0, length).IndexOf(_entry) is >= 0 and var at && (at == 0 || text[at - 1] == 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
