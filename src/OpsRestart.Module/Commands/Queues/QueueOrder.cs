namespace OpsRestart.Commands;

/// <summary>What one or more records of the pipeline ask for at one broker.</summary>
/// <param name="Queue">The queue system.</param>
/// <param name="Names">Its queues or tasks that are meant; none: all.</param>
internal sealed record QueueOrder(GraphQueue Queue, IReadOnlyList<string> Names)
{
    /// <summary>The queues that are meant: those that were named, or those of the graph.</summary>
    public IReadOnlyList<string> Queues => Names.Count > 0 ? Names : Queue.Queues;

    /// <summary>One order for each broker and system, in the order of the pipeline. A record that names nothing means all.</summary>
    public static IReadOnlyList<QueueOrder> Merge(IEnumerable<QueueOrder> orders) =>
        [
            .. orders
                .GroupBy(static o => Key(o.Queue))
                .Select(static same => new QueueOrder(
                    same.First().Queue,
                    same.Any(static o => o.Names.Count == 0)
                        ? []
                        : [.. same.SelectMany(static o => o.Names).Distinct(StringComparer.Ordinal)]
                )),
        ];

    // The queues of two graphs may have one name.
    private static (string System, string Broker, string Name, string Queues, string Workers) Key(GraphQueue queue) =>
        (queue.System, queue.Broker, queue.Name, string.Join('\n', queue.Queues), string.Join('\n', queue.Workers));
}
