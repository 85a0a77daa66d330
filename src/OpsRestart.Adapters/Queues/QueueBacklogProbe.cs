using OpsRestart.Core.Abstractions;
using OpsRestart.Core.Drain;

namespace OpsRestart.Adapters.Queues;

/// <summary>Whether what waits in queues is bearable.</summary>
internal sealed class QueueBacklogProbe(ProbeDefinition definition, IWorkQueueFactory factory, GraphQueue queue, BacklogLimits limits, TimeProvider time)
    : QueueProbe(definition, time)
{
    protected override async Task<QueueProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var system = await factory.OpenAsync(queue, cancellationToken).ConfigureAwait(false);
        await using var held = system.ConfigureAwait(false);
        var queues = await system.GetQueuesAsync(queue.Queues, cancellationToken).ConfigureAwait(false);
        var verdicts = queues.Select(q => BacklogRule.Judge(q, limits)).ToList();
        return verdicts.OrderByDescending(static v => Weight(v.Status)).FirstOrDefault() is { Status: not ProbeStatus.Healthy, Reason: not null } worst
            ? new QueueProbeVerdict(worst.Status, worst.Reason, worst.Detail)
            : new QueueProbeVerdict(ProbeStatus.Healthy, FormattableString.Invariant($"{queues.Sum(static q => q.Ready)} waiting"), $"{string.Join(", ", queues.Select(static q => FormattableString.Invariant($"{q.Name}: {q.Ready}")))}.");
    }

    // What is known to be wrong says more than what is not known.
    private static int Weight(ProbeStatus status) => status switch { ProbeStatus.Unhealthy => 2, ProbeStatus.Healthy => 0, _ => 1 };
}
