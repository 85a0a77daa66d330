namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>Names of RQ's keys, 1.13 to 2.x. RQ has no prefix of its own; queue names may hold ':' (Frappe's benches).</summary>
internal static class RqKeys
{
    public const string Queues = "rq:queues";
    public const string Workers = "rq:workers";
    public const string Suspended = "rq:suspended";
    public const string QueuePrefix = "rq:queue:";
    public const string WorkerPrefix = "rq:worker:";

    public static string Queue(string name) => QueuePrefix + name;

    /// <summary>From 1.15: between the queue and the work horse, for workers of one queue.</summary>
    public static string Intermediate(string queue) => QueuePrefix + queue + ":intermediate";

    public static string Started(string queue) => "rq:wip:" + queue;

    public static string Scheduled(string queue) => "rq:scheduled:" + queue;

    public static string Deferred(string queue) => "rq:deferred:" + queue;

    public static string Finished(string queue) => "rq:finished:" + queue;

    public static string Failed(string queue) => "rq:failed:" + queue;

    public static string Canceled(string queue) => "rq:canceled:" + queue;

    public static string Worker(string name) => WorkerPrefix + name;

    public static string Job(string id) => "rq:job:" + id;

    /// <summary>Everything that belongs to one job and nobody else. Dependents have a list of their own ids there.</summary>
    public static IReadOnlyList<string> AllOfJob(string id) =>
        [Job(id), Job(id) + ":dependents", "rq:job::" + id + ":dependencies", "rq:results:" + id, "rq:executions:" + id];

    public static string Commands(string worker) => "rq:pubsub:" + worker;

    /// <summary>
    /// From 2.0 on the started registry's members are <c>job:execution</c>. A job id may hold ':' too, an execution id does not.
    /// </summary>
    public static string JobOfStarted(string member, Func<string, bool> isJob)
    {
        if (isJob(member))
        {
            return member;
        }

        var colon = member.LastIndexOf(':');
        return colon > 0 && isJob(member[..colon]) ? member[..colon] : member;
    }
}
