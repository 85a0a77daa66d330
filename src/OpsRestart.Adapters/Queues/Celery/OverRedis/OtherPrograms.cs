using OpsRestart.Adapters.Commands;

namespace OpsRestart.Adapters.Queues.Celery.OverRedis;

/// <summary>
/// Programs that ask workers something (a status page, beat, flower) wait for the answers in BRPOP too, and keep the connection: to the
/// broker it looks like that of a worker in warm shutdown, which answers nobody and still runs. Only where the process behind it is
/// certainly no worker it is left out.
/// </summary>
internal sealed class OtherPrograms
{
    private static readonly HashSet<string> Servers = new(
        ["uwsgi", "uwsgi-core", "gunicorn", "gunicorn3", "daphne", "uvicorn", "hypercorn", "apache2", "httpd", "flower"],
        StringComparer.Ordinal
    );
    private static readonly HashSet<string> Commands = new(
        ["beat", "flower", "inspect", "control", "events", "status", "shell", "call"],
        StringComparer.Ordinal
    );
    private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);

    /// <summary>Without the connections of such programs.</summary>
    public List<ConsumerConnection> LeaveOut(List<ConsumerConnection> connections)
    {
        // One that waits in BRPOP right now, or did a moment ago, is looked at as what it seems to be.
        connections.RemoveAll(c => !c.IsBlocked && c.Idle >= TimeSpan.FromSeconds(1) && IsOther(c.Address));
        return connections;
    }

    public static bool IsNoWorker(IReadOnlyList<string> command)
    {
        var names = command.Select(Path.GetFileName).ToList();

        // An interpreter's program is its first argument that is no option.
        var program = names.FirstOrDefault(static n =>
            n is not null && !n.StartsWith("python", StringComparison.Ordinal) && !n.StartsWith('-')
        );
        return program is not null
            && !names.Contains("worker")
            && (
                Servers.Contains(program.TrimEnd(':'))
                || (names.Any(static n => n is "celery" or "celery.py") && names.Any(static n => n is not null && Commands.Contains(n)))
            );
    }

    private bool IsOther(string address)
    {
        if (!_known.TryGetValue(address, out var other))
        {
            _known[address] = other = ConnectionOwners.Find(address) is { } pid && IsNoWorker(ProcessEntry.CommandOf(pid));
        }

        return other;
    }
}
