using System.Management.Automation;
using OpsRestart.Core.Abstractions;
using OpsRestart.Parameters;
using OpsRestart.Pipeline;

namespace OpsRestart.Commands;

[Cmdlet(VerbsLifecycle.Suspend, "WorkQueue", DefaultParameterSetName = ByBroker, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(QueueSuspension))]
public sealed class SuspendWorkQueueCommand : QueueCommand
{
    /// <summary>Only these queues. Default: all (RQ knows nothing else), or those that the graph names.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[] Queue { get; set; } = [];

    /// <summary>Only these workers, with wildcards. Default: all, or those that the graph names.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Worker { get; set; } = [];

    /// <summary>How long the suspension outlives this PowerShell, where the system can let it expire. Default 30 s.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    private protected override async Task WorkAsync(IWorkQueueSystem system, GraphQueue queue, Pump pump)
    {
        var request = new SuspendRequest { Queues = Queue.Length > 0 ? Queue : queue.Queues, Workers = Worker.Length > 0 ? Worker : queue.Workers, Lease = Lease };
        if (request.Queues.Count > 0)
        {
            // A name that nobody knows is an error, not something that is suspended already.
            await system.GetQueuesAsync(request.Queues, pump.Stopping).ConfigureAwait(false);
        }

        var what = request.Queues.Count == 0 ? system.Broker : $"{string.Join(", ", request.Queues)} at {system.Broker}";
        if (!await pump.OnPipelineAsync(c => c.ShouldProcess(what, "Suspend")).ConfigureAwait(false))
        {
            return;
        }

        // The lease outlives this cmdlet, and needs a system of its own.
        var own = await Session.Queues.OpenAsync(queue, pump.Stopping).ConfigureAwait(false);
        var lease = await own.SuspendAsync(request, pump.Stopping).ConfigureAwait(false);
        HeldLeases.Keep(lease, own);
        if (lease.Suspension.Foreign)
        {
            pump.Warning($"{what}: somebody else had suspended it already. That suspension stays when this one is resumed.");
        }

        await pump.OutputAsync(lease.Suspension).ConfigureAwait(false);
    }
}
