using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes.Log;

/// <summary>Settings of a log probe. Target: the regular expression to look for.</summary>
internal sealed record LogProbeOptions : ProbeOptions
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

    /// <summary><c>hostName</c>: <c>user@host</c>; only used with <c>service</c>.</summary>
    public string? HostName { get; init; }

    /// <summary><c>file</c>: a log file in place of the journal.</summary>
    public string? File { get; init; }

    /// <summary><c>priority</c>: only lines this urgent or more (journal only). Default debug: all.</summary>
    public ServiceLogPriority Priority { get; init; } = ServiceLogPriority.Debug;

    /// <summary><c>since</c>: look this far back, in place of "since the start".</summary>
    public TimeSpan? Since { get; init; }

    /// <summary><c>tail</c>: look at this many last lines whatever their time is; for files whose lines carry no time.</summary>
    public int? Tail { get; init; }

    public static LogProbeOptions Read(ProbeSettings settings, string? node)
    {
        var flags = settings.Flag("ignoreCase") == true ? RegexOptions.IgnoreCase : RegexOptions.None;
        var (service, file) = (settings.Text("service"), settings.Text("file"));
        if (service is not null && file is not null)
        {
            settings.Fail("file", "can't be given together with service");
        }
        else if (service is null && file is null && string.IsNullOrEmpty(node))
        {
            settings.Fail("service", "is missing: a log probe outside of a service needs to know whose log", "Add service: UNIT, or file: /path.", "MissingValue");
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
            HostName = settings.Text("hostName"),
            Priority = settings.Choice<ServiceLogPriority>("priority") ?? ServiceLogPriority.Debug,
            Since = settings.Duration("since"),
            Tail = settings.Int("tail", 1, 100_000),
        };
    }
}
