namespace OpsRestart.Adapters.Amqp;

/// <summary>
/// Queues with the numbers that are of this moment: totals of the management API for classic queues, passive declarations for what waits in
/// the others, and for everything where there is no management API.
/// </summary>
internal sealed class LiveQueues(QueueCounter counter)
{
    /// <summary>The queues of the virtual host that are asked for; those that do not exist are missing in the answer.</summary>
    /// <param name="api">Null: there is no management API; then types and unacknowledged messages are not known.</param>
    /// <param name="wanted">Which queues; without a management API these are the only ones that can be found.</param>
    /// <param name="others">Whether a queue that is not in <paramref name="wanted"/> is wanted too.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyDictionary<string, QueueTotals>> ReadAsync(
        ManagementApi? api,
        IReadOnlyCollection<string> wanted,
        Predicate<QueueTotals>? others,
        CancellationToken cancellationToken
    )
    {
        var found = new Dictionary<string, QueueTotals>(StringComparer.Ordinal);
        foreach (
            var queue in api is null
                ? wanted.Distinct().Select(Unknown)
                : (await api.GetQueuesAsync(cancellationToken).ConfigureAwait(false)).Where(q =>
                    wanted.Contains(q.Name) || others?.Invoke(q) == true
                )
        )
        {
            if (queue.IsLive)
            {
                found[queue.Name] = queue;
            }
            else if (await counter.CountAsync(queue.Name, cancellationToken).ConfigureAwait(false) is { } count)
            {
                found[queue.Name] = queue with { Ready = count.Ready, Consumers = count.Consumers };
            }
        }

        return found;
    }

    private static QueueTotals Unknown(string name) =>
        new()
        {
            Name = name,
            Type = "",
            IsPermanent = true,
        };
}
