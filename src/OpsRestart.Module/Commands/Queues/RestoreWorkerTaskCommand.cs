namespace OpsRestart.Commands;

[Cmdlet(
    VerbsData.Restore,
    "WorkerTask",
    DefaultParameterSetName = ByBroker,
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Medium
)]
[OutputType(typeof(WorkerTask))]
public sealed class RestoreWorkerTaskCommand : QueueCommand
{
    /// <summary>Only these tasks. Default: all that no live worker has and no queue holds.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Id { get; set; } = [];

    /// <summary>Return the tasks that were put back.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override IReadOnlyList<string> Names => Id;

    private protected override async Task WorkAsync(IWorkQueueSystem system, QueueOrder order, Pump pump)
    {
        var orphans = await system.FindOrphansAsync(pump.Stopping).ConfigureAwait(false);
        foreach (var orphan in orphans.Where(o => order.Names.Count == 0 || order.Names.Contains(o.Id)))
        {
            if (!await pump.ShouldProcessAsync($"{orphan} ({system.Broker})", $"Put back into {orphan.Queue}").ConfigureAwait(false))
            {
                continue;
            }

            if (!await system.RestoreTaskAsync(orphan, pump.Stopping).ConfigureAwait(false))
            {
                pump.Verbose($"{orphan} was no orphan any more.");
            }
            else if (PassThru)
            {
                await pump.OutputAsync(orphan).ConfigureAwait(false);
            }
        }
    }
}
