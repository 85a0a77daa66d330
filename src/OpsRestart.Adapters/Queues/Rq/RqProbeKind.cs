using OpsRestart.Adapters.Redis;
using OpsRestart.Adapters.Secrets;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>Kind <c>rq</c>: the target is Redis. <c>workers</c> (or <c>expected</c>) name workers, <c>queues</c> queues that somebody has to serve, <c>minimum</c> a number of workers.</summary>
internal sealed class RqProbeKind(TimeProvider time) : QueueProbeKind
{
    public override string Kind => RqSystem.Kind;

    protected override IReadOnlyList<string> Keys { get; } = ["workers", "expected", "queues", "minimum"];

    protected override (IReadOnlyList<string> Numbers, IReadOnlyList<string> Durations) Typed => (["minimum"], []);

    protected override OpsRestartException? CheckTarget(ProbeDefinition definition, QueueSettings settings) => RedisEndpoint.WhatIsWrongWith(definition.Target);

    protected override IProbe Create(ProbeDefinition definition, QueueSettings settings) => new RqWorkerProbe(
        definition,
        RedisEndpoint.Parse(definition.Target, SecretResolver.Resolve),
        [.. settings.Texts("workers"), .. settings.Texts("expected")],
        settings.Texts("queues"),
        (int)(settings.Number("minimum") ?? 1),
        time);
}
