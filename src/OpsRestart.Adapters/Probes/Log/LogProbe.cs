using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes.Log;

/// <summary>Looks for a line since the start; with <c>absent</c> the other way round.</summary>
internal sealed class LogProbe : ProbeBase
{
    private readonly LogProbeOptions _options;
    private readonly ILogSource _source;

    public LogProbe(ProbeSettings settings, IServiceHost services, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _options = LogProbeOptions.Read(settings);
        _source = _options.File is { } file
            ? new FileLogSource(file, _options, context, time)
            : new ServiceLogSource(services, LogOwner.Of(settings.Definition, _options, context), _options, context);
    }

    protected override string Peer => _source.Name;

    protected override string ShownTarget => $"{_source.Name.Replace("the log of ", "", StringComparison.Ordinal)}: /{_options.Pattern}/";

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var scan = await _source.FindAsync(_options.Pattern, cancellationToken).ConfigureAwait(false);
        return scan switch
        {
            { Problem: { } problem } => ProbeVerdict.Unknown("NoTime", problem),
            { Line: { } line } when _options.Absent => ProbeVerdict.Unhealthy(
                "Seen",
                $"{Capital(_source.Name)} has a line that must not be there, {scan.From}: {ForeignText.OneLine(line)}"
            ),
            { Line: { } line } => ProbeVerdict.Healthy("Seen", $"{Capital(_source.Name)} says, {scan.From}: {ForeignText.OneLine(line)}"),
            _ when _options.Absent => ProbeVerdict.Healthy("NotSeen", $"{Looked(scan)} match /{_options.Pattern}/, as it should be."),
            _ => ProbeVerdict.Unhealthy("NotSeen", $"{Looked(scan)} match /{_options.Pattern}/ yet."),
        };
    }

    protected override ProbeVerdict? Explain(Exception error) =>
        error switch
        {
            RegexMatchTimeoutException => ProbeVerdict.Unknown(
                "PatternTooSlow",
                $"Matching /{_options.Pattern}/ takes more than a second for one line. Make the expression simpler."
            ),
            FileNotFoundException or DirectoryNotFoundException when _options.Absent => ProbeVerdict.Healthy(
                "NotSeen",
                $"{_source.Name} does not exist, so it has no such line."
            ),
            FileNotFoundException or DirectoryNotFoundException => ProbeVerdict.Unhealthy(
                "NoFile",
                $"{_source.Name} does not exist (yet). Check the path, or whether the service logs to its journal."
            ),
            UnauthorizedAccessException => ProbeVerdict.Unknown(
                ProbeReason.AccessDenied,
                $"{_source.Name} may not be read by this user. Run as root or as a member of adm."
            ),
            _ => null,
        };

    private string Looked(LogScan scan) =>
        string.Create(CultureInfo.InvariantCulture, $"None of the {scan.Looked} lines of {_source.Name} {scan.From}");

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}

/// <summary>Settings of a log probe. Target: the regular expression to look for.</summary>
internal sealed record LogProbeOptions
{
    public required Regex Pattern { get; init; }

    /// <summary><c>absent: true</c>: healthy while no line matches.</summary>
    public bool Absent { get; init; }

    /// <summary><c>service</c>: whose log; default the node that the probe belongs to.</summary>
    public string? Service { get; init; }

    /// <summary><c>manager</c>: systemd (default) or supervisor; only used with <c>service</c>.</summary>
    public ServiceManagerKind Manager { get; init; }

    /// <summary><c>scope</c>: system (default) or user; only used with <c>service</c>.</summary>
    public ServiceScope Scope { get; init; }

    /// <summary><c>host</c>: <c>user@host</c>; only used with <c>service</c>.</summary>
    public string? HostName { get; init; }

    /// <summary><c>supervisor</c>: the address of a supervisord; only used with <c>service</c>.</summary>
    public string? Socket { get; init; }

    public ManagerTarget Target => new(Manager, HostName, Scope, Socket);

    /// <summary><c>file</c>: a log file in place of the journal.</summary>
    public string? File { get; init; }

    /// <summary><c>priority</c>: only lines this urgent or more (journal only). Default debug: all.</summary>
    public ServiceLogPriority Priority { get; init; } = ServiceLogPriority.Debug;

    /// <summary><c>since</c>: look from then on, in place of "since the start"; a duration counts back from the first try.</summary>
    public DateTime? Since { get; init; }

    /// <summary><c>tail</c>: look at this many last lines whatever their time is; for files whose lines carry no time.</summary>
    public int? Tail { get; init; }

    public static LogProbeOptions Read(ProbeSettings settings)
    {
        var flags = settings.Flag("ignoreCase") == true ? RegexOptions.IgnoreCase : RegexOptions.None;
        var (service, file) = (settings.Text("service"), settings.Text("file"));
        if (service is not null && file is not null)
        {
            settings.Fail("file", "can't be given together with service");
        }
        else if (service is null && file is null && string.IsNullOrEmpty(settings.Node))
        {
            settings.Fail(
                "service",
                "is missing: a log probe outside of a service needs to know whose log",
                "Add service: UNIT, or file: /path.",
                "MissingValue"
            );
        }

        if (file is not null && !Path.IsPathRooted(file))
        {
            settings.Fail("file", $"is no absolute path: '{file}'");
        }

        if (settings.Target.Length == 0)
        {
            settings.FailTarget("is empty", "Write the regular expression to look for.");
        }

        return new LogProbeOptions
        {
            Pattern = settings.ToPattern("log", settings.Target, flags) ?? new Regex("$^"),
            Absent = settings.Flag("absent") ?? false,
            Service = service,
            File = file,
            Manager = settings.Choice<ServiceManagerKind>("manager") ?? ServiceManagerKind.Systemd,
            Scope = settings.Choice<ServiceScope>("scope") ?? ServiceScope.System,
            HostName = settings.Text("host"),
            Socket = settings.Text("supervisor"),
            Priority = settings.Choice<ServiceLogPriority>("priority") ?? ServiceLogPriority.Debug,
            Since = settings.Moment("since"),
            Tail = settings.Int("tail", 1, 100_000),
        };
    }
}

/// <summary>Whose log is read, and where it is kept.</summary>
internal sealed record LogOwner(string Service, ManagerTarget Manager)
{
    public static LogOwner Of(ProbeDefinition definition, LogProbeOptions options, ProbeContext context) =>
        (options.Service, context.Node) switch
        {
            ({ } service, { } node) => new LogOwner(
                service,
                ManagerTarget.Of(node) with
                {
                    HostName = options.HostName ?? node.HostName,
                    Socket = options.Socket ?? node.Socket,
                }
            ),
            ({ } service, null) => new LogOwner(service, options.Target),
            (null, { } node) => new LogOwner(node.Service, ManagerTarget.Of(node)),
            _ => new LogOwner(definition.Node ?? "", options.Target),
        };
}
