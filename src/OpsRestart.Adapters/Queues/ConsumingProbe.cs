using OpsRestart.Adapters.Probes;

namespace OpsRestart.Adapters.Queues;

/// <summary>
/// Each worker waits for tasks at its broker, or has as many as it can take. Alive is not enough: after a restart of the broker workers can
/// live on, answer, and take nothing more.
/// </summary>
internal sealed class ConsumingProbe : ProbeBase
{
    private readonly WorkQueueFactory _factory;
    private readonly GraphQueue _queue;
    private readonly IReadOnlyList<string> _expected;
    private readonly int _minimum;

    public ConsumingProbe(ProbeSettings settings, WorkQueueFactory queues, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _factory = queues;
        _expected = WorkerNames.Expand(settings.List("workers"));
        _minimum = settings.Int("minimum") ?? 1;
        var queue = new GraphQueue
        {
            Name = settings.Node ?? "consuming",
            System = settings.Text("system") ?? "celery",
            Broker = settings.Definition.Target,
            Queues = settings.List("queues"),
        };
        _queue = queue with { Settings = settings.Rest() };
        queues.Check(queue, settings);
    }

    protected override string Peer => $"The broker {ShownTarget}";

    protected override string NextStep => "Check the load of the broker and its workers.";

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var system = await _factory.OpenAsync(_queue, cancellationToken).ConfigureAwait(false);
        await using var held = system.ConfigureAwait(false);
        return Judge(await system.GetWorkersAsync(cancellationToken).ConfigureAwait(false), _expected, _queue.Queues, _minimum);
    }

    protected override ProbeVerdict? Explain(Exception error) => ProbeVerdict.OfAdapter(error);

    /// <param name="all">Every worker of the broker.</param>
    /// <param name="expected">Names of those that are meant, wildcards allowed; none: all.</param>
    /// <param name="queues">Each has to be consumed by one of them.</param>
    /// <param name="minimum">How many there have to be.</param>
    internal static ProbeVerdict Judge(
        IReadOnlyList<QueueWorker> all,
        IReadOnlyList<string> expected,
        IReadOnlyList<string> queues,
        int minimum
    )
    {
        var mine = all.Where(w => WorkerNames.Covers(expected, w.Name)).ToList();
        var silent = mine.Where(static w => w.State == QueueWorkerState.Unresponsive).ToList();
        var live = mine.Where(static w =>
                w.State is not (QueueWorkerState.Unresponsive or QueueWorkerState.Dead or QueueWorkerState.ShuttingDown)
            )
            .ToList();
        var missing = WorkerNames.Missing(expected, [.. live.Select(static w => w.Name)]);
        var idle = live.Where(static w => w.IsConsuming == false).ToList();
        var unsure = live.Where(static w => w.IsConsuming is null).ToList();
        var unserved = queues.Except(live.Where(static w => w.IsConsuming == true).SelectMany(static w => w.Queues)).ToList();
        return live.Count == 0 ? ProbeVerdict.Unhealthy("NoWorkers", "No worker is there. Check that workers run and use this broker.")
            : missing.Count > 0 ? ProbeVerdict.Unhealthy("Missing", $"Not there: {string.Join(", ", missing)}. There are {Names(live)}.")
            : idle.Count > 0
                ? ProbeVerdict.Unhealthy(
                    "NotConsuming",
                    $"{Names(idle)}: there, and takes no tasks from the broker: suspended, or its connection is dead. Restart it if it is "
                        + "not suspended."
                )
            : unsure.Count > 0
                ? ProbeVerdict.Unknown(
                    "NotSeen",
                    $"{Names(unsure)}: not each of them takes tasks from the broker, or this user is not shown who does (CLIENT LIST)."
                )
            : unserved.Count > 0 ? ProbeVerdict.Unhealthy("Unserved", $"No worker consumes {string.Join(", ", unserved)}.")
            : live.Count < minimum
                ? ProbeVerdict.Unhealthy("TooFew", FormattableString.Invariant($"{Seen(live)} Expected at least {minimum}."))
            : silent.Count > 0 && expected.Count == 0
                ? ProbeVerdict.Degraded("NoReply", $"{Seen(live)} Others are connected and silent: busy with pool 'solo', or hanging.")
            : ProbeVerdict.Healthy(ProbeReason.Ok, Seen(live));
    }

    private static string Seen(List<QueueWorker> live) =>
        FormattableString.Invariant($"{live.Count} worker(s) wait for tasks or are busy: {Names(live)}.");

    private static string Names(List<QueueWorker> workers) =>
        string.Join(", ", workers.Select(static w => w.Name).Order(StringComparer.Ordinal));
}
