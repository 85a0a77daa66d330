namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>A pong from every expected worker, in milliseconds: the wait ends with the last answer.</summary>
internal sealed class CeleryWorkerProbe(ProbeDefinition definition, Func<CelerySettings, ICeleryTransport> open, CelerySettings settings, IReadOnlyList<string> workers, IReadOnlyList<string> queues, int minimum, TimeProvider time)
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
        var results = await transport.BroadcastAsync([PidboxRequest.Ping, PidboxRequest.ActiveQueues], deadline < LongestReply ? deadline : LongestReply, cancellationToken).ConfigureAwait(false);
        var verdict = Judge(results[0], transport.Broker);
        return verdict.Status == ProbeStatus.Healthy
            ? WhatIsNotConsumed(results[1], await transport.GetConsumersAsync(cancellationToken).ConfigureAwait(false), verdict.Detail) ?? verdict
            : verdict;
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

    /// <summary>An answer is not yet work: a worker whose queues were taken from it answers as well. In a restart that is as it should be, so it is not unhealthy.</summary>
    private QueueProbeVerdict? WhatIsNotConsumed(BroadcastResult activeQueues, IReadOnlyList<ConsumerConnection>? connections, string answered)
    {
        var consumed = activeQueues.Answers.DistinctBy(static a => a.Node).ToDictionary(static a => a.Node, CeleryQueueNames.Parse, StringComparer.Ordinal);
        var mine = consumed.Where(c => expected.Count == 0 || WorkerNames.Covers(expected, c.Key)).ToList();
        var idle = mine.Where(static c => c.Value.Count == 0).Select(static c => c.Key).Order(StringComparer.Ordinal).ToList();
        if (idle.Count > 0)
        {
            return Degraded("Suspended", $"{answered} {string.Join(", ", idle)} consumes no queue: suspended, or started without one.");
        }

        var missing = queues.Except(mine.SelectMany(static c => c.Value)).ToList();
        return missing.Count > 0 ? Degraded("NotConsuming", $"{answered} None of them consumes {string.Join(", ", missing)}: suspended, or not among its queues (-Q).")
            : connections is not null && connections.Count < consumed.Count
                ? Degraded("NotConsuming", FormattableString.Invariant($"{answered} Only {connections.Count} of {consumed.Count} worker(s) wait for tasks at the broker. If this stays so, restart the one that does not."))
                : null;
    }

    private static QueueProbeVerdict Degraded(string reason, string detail) => new(ProbeStatus.Degraded, reason, detail);
}
