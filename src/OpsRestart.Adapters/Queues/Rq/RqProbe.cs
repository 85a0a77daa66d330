using OpsRestart.Adapters.Probes;
using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>
/// Workers that are really there: registered, and subscribed to their command channel, which ends with their process. A registration alone
/// outlives it by minutes.
/// </summary>
internal sealed class RqProbe : ProbeBase
{
    private readonly string _target;
    private readonly IReadOnlyList<string> _expected;

    /// <summary>One of the workers has to serve each.</summary>
    private readonly IReadOnlyList<string> _queues;
    private readonly int _minimum;

    public RqProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _target = settings.Definition.Target;
        if (settings.Target.Length == 0)
        {
            settings.FailTarget("is empty", "Write redis://localhost:6379/0.");
        }
        else if (RedisEndpoint.WhatIsWrongWith(_target) is { } wrong)
        {
            settings.FailTarget($"can't be used: {wrong.Message}", wrong.Advice);
        }

        _expected = WorkerNames.Expand(settings.List("workers"));
        _queues = settings.List("queues");
        _minimum = settings.Int("minimum") ?? 1;
    }

    private RedisEndpoint Endpoint => field ??= RedisEndpoint.Parse(_target, Secrets.Resolve);

    protected override string Peer => $"RQ at {ShownTarget}";

    protected override string NextStep => "Check the load of the broker and its workers.";

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var store = new RqStore(Endpoint);
        await using var held = store.ConfigureAwait(false);
        return Judge(await store.SnapshotAsync(cancellationToken).ConfigureAwait(false));
    }

    protected override ProbeVerdict? Explain(Exception error) => ProbeVerdict.OfAdapter(error);

    private ProbeVerdict Judge(RqLook snapshot)
    {
        var live = snapshot.Workers.Where(static w => w.IsLive).ToList();
        var dead = snapshot.Workers.Count(static w => w is { IsRegistered: true, IsPresent: false, HasDeath: false });
        var gone = dead > 0 ? FormattableString.Invariant($" {dead} are registered and their processes are gone.") : "";
        var names = string.Join(", ", live.Select(static w => w.Name));
        var seen = FormattableString.Invariant($"{live.Count} worker(s) live: {names}.{gone}");
        var silent = snapshot.Workers.Where(static w => w.IsUnresponsive).Select(static w => w.Name).ToList();
        var missing = WorkerNames.Missing(_expected, [.. live.Select(static w => w.Name)]);
        var unserved = WorkerNames.Missing(_queues, [.. live.SelectMany(static w => w.Queues).Distinct()]);
        return live.Count == 0
                ? ProbeVerdict.Unhealthy(
                    silent.Count > 0 ? "NoReply" : "NoWorkers",
                    $"No RQ worker is live at {Endpoint.Display}. {(dead > 0 ? seen : "Check that workers run and use this database.")}"
                )
            : missing.Count > 0 ? ProbeVerdict.Unhealthy("Missing", $"Not there: {string.Join(", ", missing)}. {seen}")
            : unserved.Count > 0 ? ProbeVerdict.Unhealthy("Unserved", $"No worker serves {string.Join(", ", unserved)}. {seen}")
            : live.Count < _minimum ? ProbeVerdict.Unhealthy("TooFew", FormattableString.Invariant($"{seen} Expected at least {_minimum}."))
            : silent.Count > 0
                ? ProbeVerdict.Degraded("NoReply", $"{string.Join(", ", silent)}: connected, but the registration has expired. {seen}")
            : snapshot.Suspension is not null ? ProbeVerdict.Degraded("Suspended", $"RQ is suspended: workers take no new jobs. {seen}")
            : ProbeVerdict.Healthy("OK", seen);
    }
}
