using System.Management.Automation;
using OpsRestart.Core.Abstractions;
using OpsRestart.Parameters;
using OpsRestart.Pipeline;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "QueueBacklog", DefaultParameterSetName = ByBroker)]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestQueueBacklogCommand : QueueCommand
{
    /// <summary>Only these queues. Default: all that the workers consume, or those that the graph names.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[] Queue { get; set; } = [];

    /// <summary>Unhealthy with more waiting tasks than this. Default 1000.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long Max { get; set; } = 1000;

    /// <summary>Unhealthy when the oldest waiting task is older than this, where the system records that.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? MaxAge { get; set; }

    /// <summary>Unhealthy when the backlog would take longer than this at the present rate, which is measured over -Sample. Replaces -Max.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? TimeToClear { get; set; }

    /// <summary>With -TimeToClear: how long to measure. Default 5 s.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Sample { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Only true or false, for each queue.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override async Task WorkAsync(IWorkQueueSystem system, GraphQueue queue, Pump pump)
    {
        IReadOnlyList<string> names = Queue.Length > 0 ? Queue : queue.Queues;
        var before = await LookAsync(system, names, pump.Stopping).ConfigureAwait(false);
        var now = before;
        if (TimeToClear is not null)
        {
            await Task.Delay(Sample, pump.Stopping).ConfigureAwait(false);
            now = await LookAsync(system, names, pump.Stopping).ConfigureAwait(false);
        }

        foreach (var found in now.Queues)
        {
            var verdict = new BacklogVerdict(found, Rate(before, now, found));
            var result = verdict.Judge(Max, MaxAge, TimeToClear);
            await pump.OutputAsync(Quiet ? result.Status == ProbeStatus.Healthy : result).ConfigureAwait(false);
        }
    }

    private static async Task<(IReadOnlyList<WorkQueue> Queues, long? Processed, long At)> LookAsync(IWorkQueueSystem system, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var queues = await system.GetQueuesAsync(names, cancellationToken).ConfigureAwait(false);
        var workers = await system.GetWorkersAsync(cancellationToken).ConfigureAwait(false);
        return (queues, workers.Count > 0 && workers.All(static w => w.Processed is not null) ? workers.Sum(static w => w.Processed) : null, Environment.TickCount64);
    }

    /// <summary>Tasks a second: what the workers finished, or where they don't count, by how much the queue became shorter.</summary>
    private static double Rate((IReadOnlyList<WorkQueue> Queues, long? Processed, long At) before, (IReadOnlyList<WorkQueue> Queues, long? Processed, long At) now, WorkQueue queue)
    {
        var seconds = (now.At - before.At) / 1000.0;
        var done = now.Processed - before.Processed ?? (before.Queues.FirstOrDefault(q => q.Name == queue.Name)?.Ready ?? queue.Ready) - queue.Ready;
        return seconds <= 0 ? 0 : Math.Max(0, done / seconds);
    }
}
