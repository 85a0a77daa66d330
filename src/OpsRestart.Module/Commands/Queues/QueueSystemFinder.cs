namespace OpsRestart.Commands;

/// <summary>Which queue system uses a broker, when the person did not say: RQ where RQ's workers or queues are, otherwise Celery.</summary>
internal static class QueueSystemFinder
{
    private const string Rq = "rq";
    private const string Celery = "celery";

    public static async Task<GraphQueue> FindAsync(IWorkQueueFactory factory, GraphQueue queue, CancellationToken cancellationToken)
    {
        var asRq = queue with { System = Rq };
        return
            !queue.Broker.StartsWith("amqp", StringComparison.OrdinalIgnoreCase)
            && factory.Validate(asRq).All(static f => f.Severity != FindingSeverity.Error)
            && await HasRqAsync(factory, asRq, cancellationToken).ConfigureAwait(false)
            ? asRq
            : queue with
            {
                System = Celery,
            };
    }

    private static async Task<bool> HasRqAsync(IWorkQueueFactory factory, GraphQueue queue, CancellationToken cancellationToken)
    {
        var system = await factory.OpenAsync(queue, cancellationToken).ConfigureAwait(false);
        await using (system.ConfigureAwait(false))
        {
            return (await system.GetWorkersAsync(cancellationToken).ConfigureAwait(false)).Count > 0
                || (await system.GetQueuesAsync([], cancellationToken).ConfigureAwait(false)).Count > 0;
        }
    }
}
