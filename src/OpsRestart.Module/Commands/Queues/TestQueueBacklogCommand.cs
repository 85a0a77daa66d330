using System.Diagnostics;
using System.Management.Automation;
using OpsRestart.Core.Abstractions;
using OpsRestart.Core.Drain;
using OpsRestart.Parameters;
using OpsRestart.Pipeline;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "QueueBacklog", DefaultParameterSetName = ByBroker)]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestQueueBacklogCommand : QueueCommand
{
    /// <summary>Only these queues. Default: all that the workers consume, or those that the graph names.</summary>
    [Parameter(Position = 1)]
    [Parameter(Position = 1, ParameterSetName = ByBroker, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Name")]
    public string[] Queue { get; set; } = [];

    /// <summary>Unhealthy with more waiting tasks than this. Default 1000.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long Max { get; set; } = 1000;

    /// <summary>Unhealthy when the oldest waiting task is older than this, where the system records that.</summary>
    [Parameter]
    [Duration(IsWait = false)]
    public TimeSpan? MaxAge { get; set; }

    /// <summary>Unhealthy when the backlog would take longer than this at the queue's own present rate, which is measured over -Sample. Replaces -Max.</summary>
    [Parameter]
    [Duration(IsWait = false)]
    public TimeSpan? TimeToClear { get; set; }

    /// <summary>With -TimeToClear: how long to measure. Default 5 s.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Sample { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Only true or false, for each queue.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override IReadOnlyList<string> Names => Queue;

    private protected override async Task WorkAsync(IWorkQueueSystem system, QueueOrder order, Pump pump)
    {
        var before = await LookAsync(system, order.Queues, pump.Stopping).ConfigureAwait(false);
        var now = before;
        if (TimeToClear is not null)
        {
            await Task.Delay(Sample, pump.Stopping).ConfigureAwait(false);
            now = await LookAsync(system, order.Queues, pump.Stopping).ConfigureAwait(false);
        }

        var limits = new BacklogLimits { Max = Max, MaxAge = MaxAge, TimeToClear = TimeToClear };
        foreach (var queue in now.Queues)
        {
            var result = ToResult(queue, BacklogRule.Judge(queue, limits, now.RateSince(before, queue.Name)));
            await pump.OutputAsync(Quiet ? result.IsGood : result).ConfigureAwait(false);
        }
    }

    private static ProbeResult ToResult(WorkQueue queue, (ProbeStatus Status, string Reason, string Detail) verdict) => new()
    {
        Probe = "backlog",
        Target = $"{queue.Name} at {queue.Broker}",
        Status = verdict.Status,
        Reason = verdict.Reason,
        Detail = verdict.Detail,
        CheckedAt = queue.SampledAt,
    };

    private static async Task<BacklogLook> LookAsync(IWorkQueueSystem system, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var queues = await system.GetQueuesAsync(names, cancellationToken).ConfigureAwait(false);
        var workers = await system.GetWorkersAsync(cancellationToken).ConfigureAwait(false);
        return new BacklogLook(queues, workers, Stopwatch.GetElapsedTime(0));
    }
}
