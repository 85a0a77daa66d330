using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Kind <c>celery</c>: the target is the broker. <c>workers</c> (or <c>expected</c>) name nodes that have to answer; <c>queues</c> those that one of them has to consume; <c>minimum</c> their number.</summary>
internal sealed class CeleryProbeKind(TimeProvider time) : QueueProbeKind
{
    public override string Kind => CelerySystem.Kind;

    protected override IReadOnlyList<string> Keys { get; } = ["workers", "expected", "queues", "minimum", .. CelerySettings.Keys];

    protected override (IReadOnlyList<string> Numbers, IReadOnlyList<string> Durations) Typed => (["minimum"], ["unresponsiveAfter"]);

    protected override OpsRestartException? CheckTarget(ProbeDefinition definition, QueueSettings settings) =>
        CeleryBrokers.Serves(definition.Target) || definition.Target.StartsWith("${", StringComparison.Ordinal)
            ? CeleryBrokers.WhatIsWrongWith(definition.Target)
            : new OpsRestartException(OpsError.InvalidArgument, $"'{SecretText.RedactAddress(definition.Target)}' is no broker's address.", null, "Write the broker, such as redis://localhost:6379/0.");

    protected override IProbe Create(ProbeDefinition definition, QueueSettings settings)
    {
        IReadOnlyList<string> workers = [.. settings.Texts("workers"), .. settings.Texts("expected")];
        return new CeleryWorkerProbe(definition, CeleryBrokers.Open(definition.Target), CelerySettings.From(definition.Settings, []), workers, settings.Texts("queues"), (int)(settings.Number("minimum") ?? 1), time);
    }
}
