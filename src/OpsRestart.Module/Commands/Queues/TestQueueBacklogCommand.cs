using OpsRestart.Adapters.Composition;
using OpsRestart.Errors;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "QueueBacklog", DefaultParameterSetName = ByBroker)]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestQueueBacklogCommand : QueueCommand
{
    private BacklogCheck _check = null!;

    /// <summary>Only these queues. Default: all that the workers consume, or those that the graph names.</summary>
    [Parameter(Position = 1)]
    [Parameter(Position = 1, ParameterSetName = ByBroker, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Name")]
    public string[] Queue { get; set; } = [];

    /// <summary>Degraded with more waiting tasks than this; or a range as monitoring plugins write it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ProbeSetting]
    public string? Warn { get; set; }

    /// <summary>Unhealthy with more, written in the same way. Default 1000.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ProbeSetting]
    public string? Crit { get; set; }

    /// <summary>Unhealthy with more waiting tasks than this: another way to write -Crit.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    [ProbeSetting]
    public long Max { get; set; }

    /// <summary>Unhealthy when the oldest waiting task is older than this, where the system records that.</summary>
    [Parameter]
    [Duration(IsWait = false)]
    [ProbeSetting]
    public TimeSpan? MaxAge { get; set; }

    /// <summary>
    /// Unhealthy when the backlog would take longer than this at the queue's own present rate, which is measured over -Sample. -Warn, -Crit
    /// and -Max then count only where no rate can be had.
    /// </summary>
    [Parameter]
    [Duration(IsWait = false)]
    [ProbeSetting]
    public TimeSpan? TimeToClear { get; set; }

    /// <summary>Degraded when it would take longer than this.</summary>
    [Parameter]
    [Duration(IsWait = false)]
    [ProbeSetting]
    public TimeSpan? WarnTimeToClear { get; set; }

    /// <summary>With a time to clear: how long to measure. Default 5 s.</summary>
    [Parameter]
    [Duration]
    [ProbeSetting]
    public TimeSpan? Sample { get; set; }

    /// <summary>Unhealthy when fewer workers than this consume a queue, also while nothing waits. Default 0.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [ProbeSetting]
    public int? MinConsumers { get; set; }

    /// <summary>
    /// Unhealthy when nothing was done for this long while more than -StuckOver wait: what was seen is kept from one check to the next.
    /// Default 180 s.
    /// </summary>
    [Parameter]
    [Duration(IsWait = false)]
    [ProbeSetting]
    public TimeSpan? StuckAfter { get; set; }

    /// <summary>Fewer waiting tasks than that are never stuck. Default 10.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [ProbeSetting]
    public int? StuckOver { get; set; }

    /// <summary>Only true or false, for each queue.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override IReadOnlyList<string> Names => Queue;

    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            _check = new BacklogCheck(ProbeParameters.Of(this).ToDictionary(static s => s.Name, static s => s.Value), Session.Time);
        }
        catch (OpsRestartException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e));
        }
    }

    private protected override async Task WorkAsync(IWorkQueueSystem system, QueueOrder order, Pump pump)
    {
        foreach (var result in await _check.CheckAsync(system, order.Queues, pump.Stopping).ConfigureAwait(false))
        {
            await pump.OutputAsync(Quiet ? result.IsGood : result).ConfigureAwait(false);
        }
    }
}
