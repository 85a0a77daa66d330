using System.Management.Automation;
using OpsRestart.Pipeline;

namespace OpsRestart.Commands;

[Cmdlet(VerbsLifecycle.Resume, "WorkQueue", DefaultParameterSetName = BySuspension, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class ResumeWorkQueueCommand : OpsCmdlet
{
    private const string BySuspension = "Suspension";
    private const string ByLeft = "Left";

    private readonly List<QueueSuspension> suspensions = [];

    /// <summary>What Suspend-WorkQueue returned.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = BySuspension)]
    public QueueSuspension[] Suspension { get; set; } = [];

    /// <summary>Those that a process which is gone has left behind on this host.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByLeft)]
    public SwitchParameter Left { get; set; }

    protected override void ProcessRecord() => suspensions.AddRange(Suspension);

    protected override void EndProcessing()
    {
        if (Left)
        {
            suspensions.AddRange(Session.Suspensions.List().Where(static r => !r.IsOwnerAlive).Select(static r => r.Suspension));
        }

        foreach (var suspension in suspensions.Where(s => ShouldProcess(s.ToString(), "Resume")))
        {
            if (RunAndCatch(pump => ResumeAsync(suspension, pump)) is { } failure)
            {
                WriteError(failure);
            }
        }
    }

    private async Task ResumeAsync(QueueSuspension suspension, Pump pump)
    {
        var warnings = await HeldLeases.ResumeAsync(suspension.Id, pump.Stopping).ConfigureAwait(false)
            ?? await ResumeForeignAsync(suspension, pump.Stopping).ConfigureAwait(false);
        foreach (var warning in warnings)
        {
            pump.Warning(warning);
        }
    }

    private async Task<IReadOnlyList<string>> ResumeForeignAsync(QueueSuspension suspension, CancellationToken cancellationToken)
    {
        var queue = new GraphQueue { Name = suspension.Broker, System = suspension.System, Broker = KnownBrokers.Restore(suspension.Broker) };
        var system = await Session.Queues.OpenAsync(queue, cancellationToken).ConfigureAwait(false);
        await using (system.ConfigureAwait(false))
        {
            return await system.ResumeAsync(suspension, cancellationToken).ConfigureAwait(false);
        }
    }
}
