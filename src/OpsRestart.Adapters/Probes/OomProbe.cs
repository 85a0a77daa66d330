namespace OpsRestart.Adapters.Probes;

/// <summary>
/// Whether the kernel killed processes because memory ran out: of a service, or anywhere on the host. Its journal tells of the time asked
/// for; the counter of a service's control group of the time since its start, also where the kernel's messages reach no journal.
/// </summary>
internal sealed class OomProbe : ProbeBase
{
    private static readonly TimeSpan Usual = TimeSpan.FromHours(24);
    private static readonly Limits None = new(Max: 0);

    private readonly IServiceHost _services;
    private readonly KillCount _counter;

    /// <summary>Empty: the whole host.</summary>
    private readonly string _service;

    /// <summary>Kills from then on count; null: the last 24 hours.</summary>
    private readonly DateTime? _since;

    /// <summary>Of the kills; by default one is too many.</summary>
    private readonly ProbeLimits _limits;

    public OomProbe(ProbeSettings settings, IServiceHost services, ProbeContext context, TimeProvider time, KillCount? counter = null)
        : base(settings, context, time)
    {
        (_services, _counter) = (services, counter ?? new KillCount());
        _service = settings.Target.Length > 0 ? settings.Target : context.Node?.Service ?? settings.Node ?? "";
        _since = settings.Moment("since");
        var limits = ProbeLimits.Read(settings, LimitScale.Count);
        _limits = limits.IsEmpty ? limits with { Bounds = None } : limits;
    }

    protected override string Peer => _service.Length > 0 ? _service : "This host";

    protected override string ShownTarget => _service.Length > 0 ? _service : Context.Node?.HostName ?? "localhost";

    private string? HostName => Context.Node?.HostName;

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var since = _since ?? Time.GetUtcNow().UtcDateTime - Usual;
        var kills = await LoggedAsync(since, cancellationToken).ConfigureAwait(false);
        if (_service.Length == 0)
        {
            return kills is not null ? Judge(kills, $"since {since:yyyy-MM-dd HH:mm} UTC")
                : HostName is null && _counter.OfMachine() is { } count ? Judge(count, "since it was started, which is all that is known")
                : NotTold();
        }

        var manager = await _services
            .GetManagerAsync(Context.Node is { } node ? ManagerTarget.Of(node) : ManagerTarget.Here, cancellationToken)
            .ConfigureAwait(false);
        var service = await manager.ReadAsync(_service, cancellationToken, withBoot: false).ConfigureAwait(false);
        if (service.State == ServiceState.NotFound)
        {
            return ProbeVerdict.Unknown("UnitNotFound", $"There is no service {_service}. Check the name.");
        }

        var own = kills?.Where(k => IsIn(k.Group, service)).ToList();
        var counted = HostName is null && service.ControlGroup is { Length: > 1 } group ? _counter.Of(group) : null;
        var said = service.Result == "oom-kill" ? 1 : 0;
        return Math.Max(counted ?? 0, said) > (own?.Count ?? 0) ? Judge(Math.Max(counted ?? 0, said), "since its start")
            : own is not null ? Judge(own, $"since {since:yyyy-MM-dd HH:mm} UTC")
            : counted is not null ? Judge(counted.Value, "since its start, which is all that is known")
            : NotTold();
    }

    protected override ProbeVerdict? Explain(Exception error) =>
        error is OpsRestartException e ? ProbeVerdict.Unknown(e.Error.ToString(), $"{e.Message} {e.Advice}".TrimEnd()) : null;

    /// <summary>Null: nothing that the kernel says reaches the journal, as in most containers.</summary>
    private async Task<IReadOnlyList<KillLog>?> LoggedAsync(DateTime since, CancellationToken cancellationToken)
    {
        // supervisord keeps no journal: the kernel's is systemd's.
        var log = await _services.GetLogAsync(ManagerTarget.Here with { HostName = HostName }, cancellationToken).ConfigureAwait(false);
        try
        {
            var hears = false;
            await foreach (var _ in log.ReadAsync(new ServiceLogQuery { Kernel = true, Tail = 1 }, cancellationToken).ConfigureAwait(false))
            {
                hears = true;
            }

            if (!hears)
            {
                return null;
            }

            var lines = new List<KillLog>();
            var query = new ServiceLogQuery { Kernel = true, Since = since };
            await foreach (var entry in log.ReadAsync(query, cancellationToken).ConfigureAwait(false))
            {
                if (KillLog.Parse(entry) is { } line)
                {
                    lines.Add(line);
                }
            }

            return KillLog.Merge(lines);
        }
        catch (OpsRestartException e) when (e.Error is OpsError.AccessDenied or OpsError.ManagerUnavailable)
        {
            return null;
        }
    }

    private static bool IsIn(string? group, ManagedService service) =>
        group is not null
        && (
            service.ControlGroup is { Length: > 1 } own
                ? group == own || group.StartsWith(own + "/", StringComparison.Ordinal)
                : $"{group}/".Contains($"/{service.Id}/", StringComparison.Ordinal)
        );

    private ProbeVerdict Judge(IReadOnlyList<KillLog> kills, string since)
    {
        var verdict = Judge(kills.Count, since);
        return kills.Count == 0
            ? verdict
            : verdict with
            {
                Detail = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{verdict.Detail} The last was {ForeignText.OneLine(kills[^1].Name, 80)} (pid {kills[^1].Pid}), at {kills[^1].At:u}."
                ),
            };
    }

    private ProbeVerdict Judge(long count, string since)
    {
        var verdict = _limits.Judge(
            count,
            "kills",
            $"{Peer}: processes that the kernel killed because memory ran out, {since}:",
            "Give it more memory (MemoryMax=), or find out what it holds."
        );
        return verdict.Status == ProbeStatus.Healthy ? verdict : verdict with { Reason = "OomKilled" };
    }

    private ProbeVerdict NotTold() =>
        ProbeVerdict.Unknown(
            "NotTold",
            $"{Peer}: the kernel's messages reach no journal that this user may read, and no counter is there. Run as root."
        );
}
