using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Queues;

/// <summary>Whether what waits in queues is bearable.</summary>
internal sealed class QueueBacklogProbe(ProbeDefinition definition, IWorkQueueFactory factory, GraphQueue queue, long max, TimeSpan? maxAge, TimeProvider time)
    : QueueProbe(definition, time)
{
    protected override async Task<QueueProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var system = await factory.OpenAsync(queue, cancellationToken).ConfigureAwait(false);
        await using var held = system.ConfigureAwait(false);
        var queues = await system.GetQueuesAsync(queue.Queues, cancellationToken).ConfigureAwait(false);
        return queues.Select(Judge).OfType<QueueProbeVerdict>().FirstOrDefault()
            ?? new QueueProbeVerdict(ProbeStatus.Healthy, FormattableString.Invariant($"{queues.Sum(static q => q.Ready)} waiting"), $"{string.Join(", ", queues.Select(static q => FormattableString.Invariant($"{q.Name}: {q.Ready}")))}.");
    }

    private QueueProbeVerdict? Judge(WorkQueue found) =>
        found is { Ready: > 0, Consumers: 0 } ? new(ProbeStatus.Unhealthy, "NoWorkers", FormattableString.Invariant($"{found.Ready} tasks wait in {found.Name} and no worker consumes it. Start a worker."))
        : found.Ready > max ? new(ProbeStatus.Unhealthy, "TooMany", FormattableString.Invariant($"{found.Ready} tasks wait in {found.Name}, more than {max}. Add workers, or see why they are slow (Get-WorkerTask)."))
        : maxAge is { } age && found.OldestAge > age ? new(ProbeStatus.Unhealthy, "TooOld", $"The oldest task in {found.Name} has been waiting for {Duration.Format(found.OldestAge.Value)}, longer than {Duration.Format(age)}.")
        : null;
}
