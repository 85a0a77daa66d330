using OpsRestart.Core.Abstractions;
using OpsRestart.Core.Drain;

namespace OpsRestart.Adapters.Queues;

/// <summary>
/// Kind <c>backlog</c>: the target is the broker; <c>system</c> is celery (default), rq or rabbitmq, <c>queues</c> which, <c>max</c> (default 1000)
/// waiting tasks in one queue, <c>maxAge</c> of the oldest where the system records it. Other settings are the system's own.
/// </summary>
/// <param name="factory">Opens the queue systems.</param>
/// <param name="systemSettings">The names of settings that some system reads; whether this one does is the factory's to say.</param>
/// <param name="time">The clock.</param>
internal sealed class BacklogProbeKind(IWorkQueueFactory factory, IReadOnlyList<string> systemSettings, TimeProvider time) : QueueProbeKind
{
    private static readonly string[] Own = ["system", "queues", "max", "maxAge"];

    public override string Kind => "backlog";

    protected override IReadOnlyList<string> Keys => [.. Own, .. systemSettings];

    protected override (IReadOnlyList<string> Numbers, IReadOnlyList<string> Durations) Typed => (["max"], ["maxAge"]);

    protected override OpsRestartException? CheckTarget(ProbeDefinition definition, QueueSettings settings) =>
        factory.Validate(ToQueue(definition, settings)).FirstOrDefault(static f => f.Code != "MissingSecret") is { } finding
            ? new OpsRestartException(OpsError.InvalidGraph, finding.Message, null, finding.Advice)
            : null;

    protected override IProbe Create(ProbeDefinition definition, QueueSettings settings) =>
        new QueueBacklogProbe(definition, factory, ToQueue(definition, settings), new BacklogLimits { Max = settings.Number("max") ?? 1000, MaxAge = settings.Span("maxAge") }, time);

    private static GraphQueue ToQueue(ProbeDefinition definition, QueueSettings settings) => new()
    {
        Name = definition.Service ?? "backlog",
        System = settings.Text("system") ?? "celery",
        Broker = definition.Target,
        Queues = settings.Texts("queues"),
        Settings = definition.Settings.Where(static s => !Own.Contains(s.Key) && s.Key != MaxLatency).ToDictionary(static s => s.Key, static s => s.Value),
        Line = definition.Line,
    };
}
