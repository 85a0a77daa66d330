using OpsRestart.Core.Text;

namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.Get, "QueueWorker", DefaultParameterSetName = ByBroker)]
[OutputType(typeof(QueueWorker))]
public sealed class GetQueueWorkerCommand : QueueCommand
{
    /// <summary>Only workers of these names, with wildcards.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    private protected override async Task WorkAsync(IWorkQueueSystem system, QueueOrder order, Pump pump)
    {
        foreach (var worker in await system.GetWorkersAsync(pump.Stopping).ConfigureAwait(false))
        {
            if (Name.Length == 0 || Name.Any(n => NameMatch.Matches(worker.Name, n)))
            {
                await pump.OutputAsync(worker).ConfigureAwait(false);
            }
        }
    }
}
