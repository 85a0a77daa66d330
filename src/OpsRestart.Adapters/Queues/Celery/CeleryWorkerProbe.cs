namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>A pong from every expected worker, in milliseconds: the wait ends with the last answer.</summary>
internal sealed class CeleryWorkerProbe(ProbeDefinition definition, Func<CelerySettings, ICeleryTransport> open, CelerySettings settings, IReadOnlyList<string> workers, int minimum, TimeProvider time)
    : QueueProbe(definition, time)
{
    // What Celery's own inspect gives them.
    private static readonly TimeSpan LongestReply = TimeSpan.FromSeconds(1);
    private readonly IReadOnlyList<string> expected = WorkerNames.Expand(workers);

    protected override async Task<QueueProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var transport = open(settings);
        await using var held = transport.ConfigureAwait(false);
        var deadline = Definition.Timeout * 0.8;
        var result = (await transport.BroadcastAsync([PidboxRequest.Ping], deadline < LongestReply ? deadline : LongestReply, cancellationToken).ConfigureAwait(false))[0];
        return Judge(result, transport.Broker);
    }

    private QueueProbeVerdict Judge(BroadcastResult result, string broker)
    {
        var names = result.Answers.Select(static a => a.Node).Order(StringComparer.Ordinal).ToList();
        if (result.Receivers == 0)
        {
            var none = CeleryException.NoWorkers(broker);
            return new QueueProbeVerdict(ProbeStatus.Unhealthy, "NoWorkers", $"{none.Message} {none.Advice}");
        }

        if (names.Count == 0)
        {
            var silent = CeleryException.NoReply(broker, result.Receivers);
            return new QueueProbeVerdict(ProbeStatus.Unhealthy, "NoReply", $"{silent.Message} {silent.Advice}");
        }

        var missing = WorkerNames.Missing(expected, names);
        var answered = FormattableString.Invariant($"{names.Count} of {result.Receivers} worker(s) answered: {string.Join(", ", names)}.");
        if (missing.Count > 0)
        {
            return new QueueProbeVerdict(ProbeStatus.Unhealthy, "Missing", $"No answer from {string.Join(", ", missing)}. {answered} Check that it runs, and its node name (-n).");
        }

        if (names.Count < minimum)
        {
            return new QueueProbeVerdict(ProbeStatus.Unhealthy, "TooFew", FormattableString.Invariant($"{answered} Expected at least {minimum}."));
        }

        // Expected ones are named: others may be silent without harm to them. Without names every silent worker is a question.
        return result.Missing > 0 && expected.Count == 0
            ? new QueueProbeVerdict(ProbeStatus.Degraded, "NoReply", $"{answered} The others are connected and silent: busy with pool 'solo', or hanging.")
            : new QueueProbeVerdict(ProbeStatus.Healthy, "PONG", answered);
    }
}
