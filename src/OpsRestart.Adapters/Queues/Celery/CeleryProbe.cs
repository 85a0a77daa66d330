using OpsRestart.Adapters.Probes;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>A pong from every expected worker, in milliseconds: the wait ends with the last answer.</summary>
internal sealed class CeleryProbe : ProbeBase
{
    // What Celery's own inspect gives them.
    private static readonly TimeSpan LongestReply = TimeSpan.FromSeconds(1);
    private readonly string _target;
    private readonly IReadOnlyList<string> _expected;

    /// <summary>One of the workers has to consume each.</summary>
    private readonly IReadOnlyList<string> _queues;
    private readonly int _minimum;
    private readonly CelerySettings _system;
    private Func<CelerySettings, ICeleryTransport>? _open;

    public CeleryProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _target = settings.Definition.Target;
        if (settings.Target.Length == 0 || !(CeleryBrokers.Serves(_target) || Secrets.IsReference(_target)))
        {
            settings.FailTarget("is no broker's address", "Write the broker, such as redis://localhost:6379/0.");
        }
        else if (CeleryBrokers.WhatIsWrongWith(_target) is { } wrong)
        {
            settings.FailTarget($"can't be used: {wrong.Message}", wrong.Advice);
        }

        _expected = WorkerNames.Expand(settings.List("workers"));
        _queues = settings.List("queues");
        _minimum = settings.Int("minimum") ?? 1;
        _system = CelerySettings.Read(settings);
    }

    protected override string Peer => $"Celery at {ShownTarget}";

    protected override string NextStep => "Check the load of the broker and its workers.";

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var transport = (_open ??= CeleryBrokers.Open(_target, Time))(_system);
        await using var held = transport.ConfigureAwait(false);
        var deadline = TryTimeout * 0.8;
        var results = await transport
            .BroadcastAsync(
                [PidboxRequest.Ping, PidboxRequest.ActiveQueues],
                deadline < LongestReply ? deadline : LongestReply,
                cancellationToken
            )
            .ConfigureAwait(false);
        var verdict = Judge(results[0], transport.Broker);
        return verdict.Status == ProbeStatus.Healthy
            ? WhatIsNotConsumed(results[1], await transport.GetConsumersAsync(cancellationToken).ConfigureAwait(false), verdict.Detail)
                ?? verdict
            : verdict;
    }

    protected override ProbeVerdict? Explain(Exception error) => ProbeVerdict.OfAdapter(error);

    private ProbeVerdict Judge(BroadcastResult result, string broker)
    {
        var names = result.Answers.Select(static a => a.Node).Order(StringComparer.Ordinal).ToList();
        if (result.Receivers == 0)
        {
            var none = CeleryException.NoWorkers(broker);
            return ProbeVerdict.Unhealthy("NoWorkers", $"{none.Message} {none.Advice}");
        }

        if (names.Count == 0)
        {
            var silent = CeleryException.NoReply(broker, result.Receivers);
            return ProbeVerdict.Unhealthy("NoReply", $"{silent.Message} {silent.Advice}");
        }

        var missing = WorkerNames.Missing(_expected, names);
        var answered = FormattableString.Invariant($"{names.Count} of {result.Receivers} worker(s) answered: {string.Join(", ", names)}.");
        if (missing.Count > 0)
        {
            return ProbeVerdict.Unhealthy(
                "Missing",
                $"No answer from {string.Join(", ", missing)}. {answered} Check that it runs, and its node name (-n)."
            );
        }

        if (names.Count < _minimum)
        {
            return ProbeVerdict.Unhealthy("TooFew", FormattableString.Invariant($"{answered} Expected at least {_minimum}."));
        }

        // Expected ones are named: others may be silent without harm to them. Without names every silent worker is a question.
        return result.Missing > 0 && _expected.Count == 0
            ? ProbeVerdict.Degraded("NoReply", $"{answered} The others are connected and silent: busy with pool 'solo', or hanging.")
            : ProbeVerdict.Healthy("PONG", answered);
    }

    /// <summary>
    /// An answer is not yet work: a worker whose queues were taken from it answers as well. In a restart that is as it should be, so it is
    /// not unhealthy.
    /// </summary>
    private ProbeVerdict? WhatIsNotConsumed(BroadcastResult activeQueues, IReadOnlyList<ConsumerConnection>? connections, string answered)
    {
        var consumed = activeQueues
            .Answers.DistinctBy(static a => a.Node)
            .ToDictionary(static a => a.Node, CeleryConsumer.QueuesOf, StringComparer.Ordinal);
        var mine = consumed.Where(c => _expected.Count == 0 || WorkerNames.Covers(_expected, c.Key)).ToList();
        var idle = mine.Where(static c => c.Value.Count == 0).Select(static c => c.Key).Order(StringComparer.Ordinal).ToList();
        if (idle.Count > 0)
        {
            return ProbeVerdict.Degraded(
                "Suspended",
                $"{answered} {string.Join(", ", idle)} consumes no queue: suspended, or started without one."
            );
        }

        var missing = _queues.Except(mine.SelectMany(static c => c.Value)).ToList();
        return missing.Count > 0
                ? ProbeVerdict.Degraded(
                    "NotConsuming",
                    $"{answered} None of them consumes {string.Join(", ", missing)}: suspended, or not among its queues (-Q)."
                )
            : connections is not null && connections.Count < consumed.Count
                ? ProbeVerdict.Degraded(
                    "NotConsuming",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{answered} Only {connections.Count} of {consumed.Count} worker(s) wait for tasks at the broker. If this "
                            + $"stays so, restart the one that does not."
                    )
                )
            : null;
    }
}
