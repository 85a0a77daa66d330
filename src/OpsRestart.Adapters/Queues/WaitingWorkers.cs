namespace OpsRestart.Adapters.Queues;

/// <summary>
/// Which workers wait for tasks in a blocking command at Redis, by the connections that do. A worker can be alive, answer, and have no such
/// connection: then nothing reaches it (celery#8030, #9054).
/// </summary>
internal static class WaitingWorkers
{
    /// <summary>
    /// For each worker whether it waits; null: some of those that can't be told apart do, and some do not. A connection of a process of
    /// this machine is that process'; the others are counted.
    /// </summary>
    /// <param name="workers">Those that should wait.</param>
    /// <param name="addresses">Where the waiting connections come from, as the server prints its clients.</param>
    /// <param name="ownerOf">Whose process a connection is; null: not known here.</param>
    public static IReadOnlyList<bool?> Judge(
        IReadOnlyList<QueueWorker> workers,
        IEnumerable<string> addresses,
        Func<string, int?>? ownerOf = null
    )
    {
        var owners = addresses.Select(ownerOf ?? ConnectionOwners.Find).ToList();
        var known = owners.OfType<int>().ToHashSet();

        // A child inherits its parent's connections.
        var own = workers.Select(w => w.ChildPids.Append(w.Pid ?? 0).Any(known.Contains)).ToList();
        var others = own.Count(static o => !o);
        var nobodys = owners.Count(static o => o is null);
        bool? rest =
            nobodys >= others ? true
            : nobodys == 0 ? false
            : null;
        return [.. own.Select(o => o ? true : rest)];
    }
}
