namespace OpsRestart.Commands;

[Cmdlet(
    VerbsCommon.Clear,
    "WorkQueue",
    DefaultParameterSetName = ByBroker,
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High
)]
[OutputType(typeof(WorkQueue))]
public sealed class ClearWorkQueueCommand : QueueCommand
{
    /// <summary>The queues whose waiting tasks are thrown away. What runs goes on.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByBroker, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByGraph)]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByObject)]
    [Alias("Name")]
    public string[] Queue { get; set; } = [];

    /// <summary>Return each queue as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override IReadOnlyList<string> Names => Queue;

    private protected override async Task WorkAsync(IWorkQueueSystem system, QueueOrder order, Pump pump)
    {
        foreach (var name in order.Names)
        {
            var now = (await system.GetQueuesAsync([name], pump.Stopping).ConfigureAwait(false))[0];
            if (!await pump.ShouldProcessAsync($"{name} at {system.Broker}", $"Throw away {now.Ready} waiting tasks").ConfigureAwait(false))
            {
                continue;
            }

            var removed = await system.ClearAsync(name, pump.Stopping).ConfigureAwait(false);
            pump.Verbose($"{name}: {removed} waiting tasks thrown away.");
            if (PassThru)
            {
                await pump.OutputAsync(now with { Ready = Math.Max(0, now.Ready - removed) }).ConfigureAwait(false);
            }
        }
    }
}
