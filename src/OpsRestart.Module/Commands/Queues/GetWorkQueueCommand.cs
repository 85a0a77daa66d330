namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.Get, "WorkQueue", DefaultParameterSetName = ByBroker)]
[OutputType(typeof(WorkQueue))]
public sealed class GetWorkQueueCommand : QueueCommand
{
    /// <summary>Only these queues. Default: all that the workers consume.</summary>
    [Parameter(Position = 1)]
    [Parameter(Position = 1, ParameterSetName = ByBroker, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Name")]
    public string[] Queue { get; set; } = [];

    private protected override IReadOnlyList<string> Names => Queue;

    private protected override async Task WorkAsync(IWorkQueueSystem system, QueueOrder order, Pump pump)
    {
        foreach (var found in await system.GetQueuesAsync(order.Queues, pump.Stopping).ConfigureAwait(false))
        {
            await pump.OutputAsync(found).ConfigureAwait(false);
        }
    }
}
