using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>Workers that are really there: registered, and subscribed to their command channel, which ends with their process. A registration alone outlives it by minutes.</summary>
internal sealed class RqWorkerProbe(ProbeDefinition definition, RedisEndpoint endpoint, IReadOnlyList<string> workers, IReadOnlyList<string> queues, int minimum, TimeProvider time)
    : QueueProbe(definition, time)
{
    private readonly IReadOnlyList<string> expected = WorkerNames.Expand(workers);

    protected override async Task<QueueProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var store = new RqStore(endpoint);
        await using var held = store.ConfigureAwait(false);
        return Judge(await store.SnapshotAsync(cancellationToken).ConfigureAwait(false));
    }

    private QueueProbeVerdict Judge(RqSnapshot snapshot)
    {
        var live = snapshot.Workers.Where(static w => w.IsLive).ToList();
        var dead = snapshot.Workers.Count(static w => w is { IsRegistered: true, IsPresent: false, HasDeath: false });
        var seen = FormattableString.Invariant($"{live.Count} worker(s) live: {string.Join(", ", live.Select(static w => w.Name))}.{(dead > 0 ? FormattableString.Invariant($" {dead} are registered and their processes are gone.") : "")}");
        var silent = snapshot.Workers.Where(static w => w.IsUnresponsive).Select(static w => w.Name).ToList();
        var missing = WorkerNames.Missing(expected, [.. live.Select(static w => w.Name)]);
        var unserved = WorkerNames.Missing(queues, [.. live.SelectMany(static w => w.Queues).Distinct()]);
        return live.Count == 0 ? new(ProbeStatus.Unhealthy, silent.Count > 0 ? "NoReply" : "NoWorkers", $"No RQ worker is live at {endpoint.Display}. {(dead > 0 ? seen : "Check that workers run and use this database.")}")
            : missing.Count > 0 ? new(ProbeStatus.Unhealthy, "Missing", $"Not there: {string.Join(", ", missing)}. {seen}")
            : unserved.Count > 0 ? new(ProbeStatus.Unhealthy, "Unserved", $"Nobody serves {string.Join(", ", unserved)}. {seen}")
            : live.Count < minimum ? new(ProbeStatus.Unhealthy, "TooFew", FormattableString.Invariant($"{seen} Expected at least {minimum}."))
            : silent.Count > 0 ? new(ProbeStatus.Degraded, "NoReply", $"{string.Join(", ", silent)}: connected, but the registration has expired. {seen}")
            : snapshot.Suspension is not null ? new(ProbeStatus.Degraded, "Suspended", $"RQ is suspended: workers take no new jobs. {seen}")
            : new(ProbeStatus.Healthy, "OK", seen);
    }
}
