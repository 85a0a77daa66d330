using OpsRestart.Adapters.Probes;

namespace OpsRestart.Adapters.Queues;

/// <summary>Whether what waits in queues is bearable; the worst queue is told.</summary>
internal sealed class BacklogProbe : ProbeBase
{
    private readonly WorkQueueFactory _factory;
    private readonly BacklogWatch _watch;
    private readonly GraphQueue _queue;
    private readonly BacklogSettings _settings;

    public BacklogProbe(ProbeSettings settings, WorkQueueFactory queues, BacklogWatch watch, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _factory = queues;
        _watch = watch;

        // A try has to have time for both looks.
        _settings = BacklogSettings.Read(settings, settings.Definition.Timeout / 4);
        var queue = new GraphQueue
        {
            Name = settings.Node ?? "backlog",
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
        var judged = await _watch.JudgeAsync(system, _queue.Queues, _settings, cancellationToken).ConfigureAwait(false);
        var verdicts = judged.Select(static j => Of(j.Verdict)).ToList();
        var worst = ProbeVerdict.Worst(verdicts) ?? ProbeVerdict.Healthy(ProbeReason.Ok, "");
        return worst.Status != ProbeStatus.Healthy
            ? worst
            : worst with
            {
                Detail = string.Join(' ', verdicts.Select(static v => v.Detail)),
            };
    }

    protected override ProbeVerdict? Explain(Exception error) => ProbeVerdict.OfAdapter(error);

    private static ProbeVerdict Of(BacklogVerdict verdict) =>
        new(verdict.Status, verdict.Reason, verdict.Detail) { Measures = verdict.Measures };
}
