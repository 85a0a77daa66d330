using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes.Packages;

/// <summary>
/// Whether unattended-upgrades would upgrade, and so restart, what others depend on: each package has to be excluded by
/// Unattended-Upgrade::Package-Blacklist, or be held (apt-mark hold).
/// </summary>
internal sealed class HoldProbe : ProbeBase
{
    private const string Blacklist = "Unattended-Upgrade::Package-Blacklist::";
    private const string Switch = "APT::Periodic::Unattended-Upgrade";

    /// <summary>What is looked for where no packages are named: servers whose restart breaks the connections of many clients.</summary>
    private static readonly string[] Usual =
    [
        @"libc\d+$",
        "memcached$",
        @"nginx(-full|-light|-core|-extras)?$",
        @"postgresql-\d+$",
        @"postgresql-\d+-pgdg-pgroonga$",
        "rabbitmq-server$",
        "(redis|valkey)-server$",
        "supervisor$",
    ];

    private static readonly TimeSpan PatternTime = TimeSpan.FromSeconds(1);
    private static readonly string[] Configuration = ["apt-config", "dump"];
    private static readonly string[] Installed = ["dpkg-query", "--show", "--showformat=${Package} ${Status}\n"];

    /// <summary>None: those of <see cref="Usual"/> that are installed.</summary>
    private readonly IReadOnlyList<string> _packages;

    public HoldProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
        : base(settings, context, time) =>
        _packages = [.. settings.Target.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Concat(settings.List("packages"))];

    protected override string Peer => "apt";

    protected override string ShownTarget => _packages.Count > 0 ? string.Join(", ", _packages) : "datastores and servers";

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var configuration = await AptCommand.RunAsync(Configuration, cancellationToken).ConfigureAwait(false);
        var installed = PackageState.Read(await AptCommand.RunAsync(Installed, cancellationToken).ConfigureAwait(false));
        var named =
            _packages.Count > 0
                ? _packages
                : [.. installed.Where(static p => Usual.Any(u => Matches(u, p.Name))).Select(static p => p.Name)];
        var missing = named.Where(n => !installed.Any(p => p.Name == n)).ToList();
        if (missing.Count > 0)
        {
            return ProbeVerdict.Unknown("NotInstalled", $"{string.Join(", ", missing)}: not installed here. Check the names.");
        }

        var excluded = Values(configuration, Blacklist).ToList();
        var open = named.Where(n => !installed.Any(p => p.Name == n && p.IsHeld) && !excluded.Any(e => Matches(e, n))).ToList();
        var isOn =
            installed.Any(static p => p.Name == "unattended-upgrades")
            && Values(configuration, Switch).Any(static v => v is not ("" or "0"));
        return Judge(named, open, isOn);
    }

    protected override ProbeVerdict? Explain(Exception error) => AptCommand.Explain(error);

    private static ProbeVerdict Judge(IReadOnlyList<string> named, List<string> open, bool isOn)
    {
        var verdict =
            named.Count == 0 ? ProbeVerdict.Healthy("NothingToHold", "None of the packages that would have to be held is installed here.")
            : open.Count == 0
                ? ProbeVerdict.Healthy(ProbeReason.Ok, $"No unattended upgrade of {string.Join(", ", named)}: excluded or held.")
            : new ProbeVerdict(
                isOn ? ProbeStatus.Unhealthy : ProbeStatus.Degraded,
                "NotHeld",
                $"{string.Join(", ", open)}: neither excluded from unattended upgrades nor held"
                    + $"{(isOn ? "" : ", which does no harm only because unattended upgrades are off here")}. Add them to "
                    + "Unattended-Upgrade::Package-Blacklist in /etc/apt/apt.conf.d/50unattended-upgrades."
            );
        return verdict with { Measures = new Limits(Max: 0).Measure("not_held", open.Count) };
    }

    /// <summary>Lines of apt-config: <c>NAME:: "value";</c> of a list, <c>NAME "value";</c>.</summary>
    private static IEnumerable<string> Values(string configuration, string name) =>
        configuration
            .Split('\n')
            .Where(l => l.StartsWith(name + " \"", StringComparison.Ordinal) && l.EndsWith("\";", StringComparison.Ordinal))
            .Select(l => l[(name.Length + 2)..^2]);

    // As unattended-upgrades itself: an expression of Python's that matches from the name's beginning (re.match).
    private static bool Matches(string pattern, string package)
    {
        try
        {
            return Regex.IsMatch(package, $@"\A(?:{pattern})", RegexOptions.CultureInvariant, PatternTime);
        }
        catch (Exception e) when (e is RegexParseException or RegexMatchTimeoutException)
        {
            return false;
        }
    }
}

/// <summary>One line of dpkg-query: <c>NAME WANT FLAG STATE</c>, such as <c>libc6 hold ok installed</c>.</summary>
internal sealed record PackageState(string Name, bool IsHeld)
{
    public static IReadOnlyList<PackageState> Read(string lines) =>
        [
            .. lines
                .Split('\n')
                .Select(static l => l.Trim().Split(' '))
                .Where(static f => f is [_, _, _, "installed"])
                .Select(static f => new PackageState(f[0], f[1] == "hold"))
                .Distinct(),
        ];
}
