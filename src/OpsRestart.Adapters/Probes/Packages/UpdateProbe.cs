namespace OpsRestart.Adapters.Probes.Packages;

/// <summary>
/// Packages that apt would upgrade, by simulation: nothing is changed, and no lock is taken. It knows of no update that the package lists
/// of this host don't know yet; so their age is told.
/// </summary>
internal sealed class UpdateProbe : ProbeBase
{
    private const string Lists = "/var/lib/apt/lists";
    private const string Apt = "apt";
    private static readonly string[] Fetching = [Lists, Lists + "/partial", "/var/lib/apt/periodic/update-success-stamp"];
    private static readonly LimitScale Security = LimitScale.Count with { Keys = (null, "maxSecurity", null, null), Ranges = (null, null) };
    private static readonly string[] Simulation = ["apt-get", "--simulate", "--quiet", "upgrade", "--with-new-pkgs"];

    /// <summary>Of the updates of security archives; by default one is too many.</summary>
    private readonly Limits _security;

    /// <summary>Of all updates; by default one deserves a warning.</summary>
    private readonly ProbeLimits _all;

    /// <summary>Older package lists deserve a warning.</summary>
    private readonly TimeSpan? _maxAge;

    public UpdateProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        if (settings.Target is not ("" or Apt))
        {
            settings.FailTarget("is no package manager that is known here", "Write apt.");
        }

        var security = ProbeLimits.Read(settings, Security);
        _security = security.IsEmpty ? new Limits(Max: 0) : security.Bounds;
        var all = ProbeLimits.Read(settings, LimitScale.Count);
        _all = all.IsEmpty ? all with { Bounds = new Limits(WarnMax: 0) } : all;
        _maxAge = settings.Duration("maxAge");
    }

    protected override string Peer => Apt;

    protected override string ShownTarget => Apt;

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        if (ReadAge() is not { } age)
        {
            return ProbeVerdict.Unknown("NoLists", $"There are no package lists ({Lists}). Run apt-get update.");
        }

        return Judge(PendingUpdate.Read(await AptCommand.RunAsync(Simulation, cancellationToken).ConfigureAwait(false)), age);
    }

    protected override ProbeVerdict OnTimeout() =>
        ProbeVerdict.Unknown(
            ProbeReason.Timeout,
            $"apt-get did not end within {Duration.Format(TryTimeout)}. Give the probe a longer timeout."
        );

    protected override ProbeVerdict? Explain(Exception error) => AptCommand.Explain(error);

    private ProbeVerdict Judge(IReadOnlyList<PendingUpdate> updates, TimeSpan age)
    {
        var security = updates.Where(static u => u.IsSecurity).ToList();
        var lists = $"as of package lists that are {Duration.Format(age)} old";
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{updates.Count} packages can be upgraded, {security.Count} of them for security, {lists}"
        );
        var names = NearestName.Some([.. (security.Count > 0 ? security : updates).Select(static u => u.Name)]);
        var verdict =
            _security.Breach(security.Count) is not null
                ? ProbeVerdict.Unhealthy("SecurityUpdates", $"{text}: {names}. Install them, then restart what uses them.")
            : _all.Bounds.Breach(updates.Count) is { } breach ? new ProbeVerdict(breach.Status, "Updates", $"{text}: {names}.")
            : age > _maxAge
                ? ProbeVerdict.Degraded("OldLists", $"{text}; at most {Duration.Format(_maxAge.Value)} is asked for. Run apt-get update.")
            : ProbeVerdict.Healthy(ProbeReason.Ok, $"{text}.");
        return verdict with
        {
            Measures = [.. _all.Bounds.Measure("updates", updates.Count), .. _security.Measure("security", security.Count)],
        };
    }

    /// <summary>
    /// Since apt last fetched lists: then it works in these folders, whether or not there was news. Null: there are none.
    /// </summary>
    private TimeSpan? ReadAge()
    {
        if (!Directory.Exists(Lists) || !Directory.EnumerateFiles(Lists, "*Packages*").Any())
        {
            return null;
        }

        var fetched = Fetching.Where(Path.Exists).Max(Directory.GetLastWriteTimeUtc);
        var age = Time.GetUtcNow().UtcDateTime - fetched;
        return age < TimeSpan.Zero ? TimeSpan.Zero : age;
    }
}
