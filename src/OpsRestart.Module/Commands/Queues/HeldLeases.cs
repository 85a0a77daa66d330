using System.Collections.Concurrent;

namespace OpsRestart.Commands;

/// <summary>
/// The suspensions that this process holds and renews until Resume-WorkQueue, or until it ends. Of the process and not of a session: a
/// suspension outlives the runspace that made it (a job's, for example), and whoever resumes it in another one has to end its renewal,
/// which would set it again.
/// </summary>
internal static class HeldLeases
{
    private static readonly ConcurrentDictionary<string, (IQueueLease Lease, IWorkQueueSystem System)> Held = new(StringComparer.Ordinal);

    public static void Keep(IQueueLease lease, IWorkQueueSystem system) => Held[lease.Suspension.Id] = (lease, system);

    /// <summary>Resumes by the lease itself; null when this process does not hold it.</summary>
    public static async Task<IReadOnlyList<string>?> ResumeAsync(string id, CancellationToken cancellationToken)
    {
        if (!Held.TryGetValue(id, out var held))
        {
            return null;
        }

        var warnings = await held.Lease.ResumeAsync(cancellationToken).ConfigureAwait(false);
        Held.TryRemove(id, out _);
        await held.Lease.DisposeAsync().ConfigureAwait(false);
        await held.System.DisposeAsync().ConfigureAwait(false);
        return warnings;
    }
}
