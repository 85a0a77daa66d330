using System.Management.Automation;
using OpsRestart.Core.Abstractions;
using OpsRestart.Core.Drain;
using OpsRestart.Parameters;
using OpsRestart.Pipeline;

namespace OpsRestart.Commands;

[Cmdlet(VerbsLifecycle.Wait, "QueueDrain", DefaultParameterSetName = ByBroker)]
[OutputType(typeof(DrainResult))]
public sealed class WaitQueueDrainCommand : QueueCommand
{
    /// <summary>Only these queues. Default: all that the workers consume, or those that the graph names.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[] Queue { get; set; } = [];

    /// <summary>Workers that have to answer, with wildcards. Default: any, or those that the graph names.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Worker { get; set; } = [];

    /// <summary>Executing, Drained or Quiescent. Default: Drained, or what the graph says.</summary>
    [Parameter]
    [Alias("DrainMode")]
    public DrainLevel? Level { get; set; }

    /// <summary>How long to wait. Default: 5 minutes, or what the graph says.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Timeout { get; set; }

    private protected override async Task WorkAsync(IWorkQueueSystem system, GraphQueue queue, Pump pump)
    {
        var request = new DrainRequest
        {
            Level = Level ?? queue.Drain,
            Queues = Queue.Length > 0 ? Queue : queue.Queues,
            ExpectedWorkers = Worker.Length > 0 ? Worker : queue.Workers,
        };
        var result = await Session.DrainAsync(system, request, Timeout ?? queue.Timeout, p => Show(p, pump), pump.Stopping).ConfigureAwait(false);
        await pump.OutputAsync(result).ConfigureAwait(false);
        if (DrainWarning.Of(result) is { } warning)
        {
            pump.Warning(warning);
        }

        if (!result.IsDrained)
        {
            pump.Error(DrainErrors.Of(result, Timeout ?? queue.Timeout));
        }
    }

    private static void Show(DrainProgress progress, Pump pump)
    {
        var counts = $"{progress.Waiting} waiting, {progress.Held} held, {progress.Executing} running";
        var rate = progress.Rate is { } r ? $", {r:0.#} a second" : "";
        pump.Progress.Report($"Drain of {progress.Queue}", progress.Message.Length > 0 ? $"{progress.Message} ({counts}{rate})" : counts + rate, null, progress.Eta);
    }
}
