using System.Text.RegularExpressions;
using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>A job as far as its hash tells without unpickling it.</summary>
internal sealed partial record RqJob(
    string Id,
    string Status,
    string Origin,
    string Description,
    DateTime? EnqueuedAt,
    DateTime? StartedAt,
    string? WorkerName
)
{
    public static readonly IReadOnlyList<string> Fields = ["status", "origin", "description", "enqueued_at", "started_at", "worker_name"];

    public static RqJob Read(string id, IReadOnlyDictionary<string, RedisReply> hash)
    {
        string Text(string key) => hash.GetValueOrDefault(key)?.Text ?? "";
        return new RqJob(
            id,
            Text("status"),
            Text("origin"),
            Text("description"),
            RqStore.Time(Text("enqueued_at")),
            RqStore.Time(Text("started_at")),
            Text("worker_name") is { Length: > 0 } worker ? worker : null
        );
    }

    /// <summary>The function. Frappe runs everything through one of its own, which has the real one as an argument.</summary>
    public string Name
    {
        get
        {
            var name = Description.Split('(')[0];
            return
                name.EndsWith("background_jobs.execute_job", StringComparison.Ordinal)
                && FrappeMethod().Match(Description) is { Success: true } match
                ? match.Groups[1].Value
                : name;
        }
    }

    /// <summary>Arguments as RQ printed them; it cuts long ones.</summary>
    public string Arguments =>
        Description.IndexOf('(', StringComparison.Ordinal) is >= 0 and var open ? Description[(open + 1)..].TrimEnd(')') : "";

    [GeneratedRegex(@"\bmethod=(?:'|<function )([\w.]+)", RegexOptions.CultureInvariant)]
    private static partial Regex FrappeMethod();
}

/// <summary>An entry of a started registry.</summary>
/// <param name="Member">As it stands there.</param>
/// <param name="Job">The job.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="Expires">Refreshed while a worker watches over it; past: nobody does.</param>
internal sealed record RqStarted(string Member, RqJob Job, string Queue, DateTime? Expires);
