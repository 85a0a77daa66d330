namespace OpsRestart.Core.Queues;

/// <summary>Opens queue systems from their definitions.</summary>
internal interface IWorkQueueFactory
{
    /// <summary>Checks a definition without touching the network.</summary>
    IReadOnlyList<GraphFinding> Validate(GraphQueue queue);

    Task<IWorkQueueSystem> OpenAsync(GraphQueue queue, CancellationToken cancellationToken);
}
