using System.Management.Automation;
using OpsRestart.Core.Abstractions;
using OpsRestart.Pipeline;

namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.Get, "WorkQueue", DefaultParameterSetName = ByBroker)]
[OutputType(typeof(WorkQueue))]
public sealed class GetWorkQueueCommand : QueueCommand
{
    /// <summary>Only these queues. Default: all that the workers consume.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [Alias("Name")]
    public string[] Queue { get; set; } = [];

    private protected override async Task WorkAsync(IWorkQueueSystem system, GraphQueue queue, Pump pump)
    {
        foreach (var found in await system.GetQueuesAsync(Queue.Length > 0 ? Queue : queue.Queues, pump.Stopping).ConfigureAwait(false))
        {
            await pump.OutputAsync(found).ConfigureAwait(false);
        }
    }
}
