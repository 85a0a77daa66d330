using OpsRestart.Errors;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsLifecycle.Wait, "QueueDrain", DefaultParameterSetName = ByBroker)]
[OutputType(typeof(DrainResult))]
public sealed class WaitQueueDrainCommand : QueueCommand
{
    /// <summary>Only these queues. Default: all that the workers consume, or those that the graph names.</summary>
    [Parameter(Position = 1)]
    [Parameter(Position = 1, ParameterSetName = ByBroker, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Name")]
    public string[] Queue { get; set; } = [];

    /// <summary>Workers that have to answer, with wildcards. Default: any, or those that the graph names.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Worker { get; set; } = [];

    /// <summary>Executing, Drained or Quiescent. Default: Drained, or what the graph says.</summary>
    [Parameter]
    [Alias("Drain", "Level")]
    public DrainLevel? DrainLevel { get; set; }

    /// <summary>How long to wait. Default: 5 minutes, or what the graph says.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Timeout { get; set; }

    private protected override IReadOnlyList<string> Names => Queue;

    private protected override async Task WorkAsync(IWorkQueueSystem system, QueueOrder order, Pump pump)
    {
        var request = new DrainRequest
        {
            Level = DrainLevel ?? order.Queue.Drain,
            Queues = order.Queues,
            ExpectedWorkers = Worker.Length > 0 ? Worker : order.Queue.Workers,
        };
        long most = 0;
        void Show(DrainProgress p)
        {
            most = Math.Max(most, Left(p));
            Report(p, most, pump);
        }

        var result = await Session.DrainAsync(system, request, Timeout ?? order.Queue.Timeout, Show, pump.Stopping).ConfigureAwait(false);
        await pump.OutputAsync(result).ConfigureAwait(false);
        if (DrainWords.Warning(result) is { } warning)
        {
            pump.Warning(warning);
        }

        if (!result.IsDrained)
        {
            pump.Error(ErrorRecords.From(DrainWords.Failure(result)));
        }
    }

    private static long Left(DrainProgress progress) => progress.Waiting + progress.Held + progress.Executing;

    /// <summary>The bar fills as what is left shrinks from the most that there was.</summary>
    private static void Report(DrainProgress progress, long most, Pump pump)
    {
        var percent = most == 0 ? (int?)null : (int)(100 * (most - Left(progress)) / most);
        pump.Progress.Report($"Drain of {progress.Queue}", DrainWords.Of(progress), percent);
    }
}
