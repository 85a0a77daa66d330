using OpsRestart.Core.Text;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(
    VerbsLifecycle.Suspend,
    "WorkQueue",
    DefaultParameterSetName = ByBroker,
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Medium
)]
[OutputType(typeof(QueueSuspension))]
public sealed class SuspendWorkQueueCommand : QueueCommand
{
    /// <summary>Only these queues. Default: all, or those that the graph names. RQ can't suspend single queues and refuses.</summary>
    [Parameter(Position = 1)]
    [Parameter(Position = 1, ParameterSetName = ByBroker, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Name")]
    public string[] Queue { get; set; } = [];

    /// <summary>
    /// Only these workers, with wildcards. Default: all, or those that the graph names. RQ can't suspend single workers and refuses.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Worker { get; set; } = [];

    /// <summary>How long the suspension outlives this PowerShell, where the system can let it expire. Default 30 s.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    private protected override IReadOnlyList<string> Names => Queue;

    private protected override async Task WorkAsync(IWorkQueueSystem system, QueueOrder order, Pump pump)
    {
        var request = new SuspendRequest
        {
            Queues = order.Queues,
            Workers = Worker.Length > 0 ? Worker : order.Queue.Workers,
            Exactly = order.Names.Count > 0 || Worker.Length > 0,
            Lease = Lease,
        };
        var paused = await system.FindPausedAsync(request, pump.Stopping).ConfigureAwait(false);
        WarnOfMore(request, paused, system, pump);
        var what = paused.Count == 0 ? $"all queues at {system.Broker}" : $"{string.Join(", ", paused)} at {system.Broker}";
        if (!await pump.ShouldProcessAsync(what, "Suspend").ConfigureAwait(false))
        {
            return;
        }

        // The lease outlives this cmdlet, and needs a system of its own.
        var own = await Session.Queues.OpenAsync(order.Queue, pump.Stopping).ConfigureAwait(false);
        var lease = await own.SuspendAsync(request, pump.Stopping).ConfigureAwait(false);
        HeldLeases.Keep(lease, own);
        if (lease.Suspension.Foreign)
        {
            pump.Warning($"{what} was already suspended by someone else. That suspension stays when this one is resumed.");
        }

        await pump.OutputAsync(lease.Suspension).ConfigureAwait(false);
    }

    /// <summary>A graph may name some queues of a system that suspends all or none.</summary>
    private static void WarnOfMore(SuspendRequest request, IReadOnlyList<string> paused, IWorkQueueSystem system, Pump pump)
    {
        var more = request.Queues.Count == 0 ? [] : paused.Where(p => !request.Queues.Any(q => NameMatch.Matches(p, q))).ToList();
        if (more.Count > 0)
        {
            pump.Warning($"{system.System} at {system.Broker} suspends all its queues together: {string.Join(", ", more)} will pause too.");
        }
    }
}
