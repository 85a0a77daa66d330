using OpsRestart.Completion;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "LogPattern", DefaultParameterSetName = ByService)]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestLogPatternCommand : TestProbeCommand
{
    private const string ByService = "Name";
    private const string ByFile = "Path";

    /// <summary>The regular expression to look for.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Pattern { get; set; } = "";

    /// <summary>Services, as for Get-ManagedService, without wildcards.</summary>
    [Parameter(
        Mandatory = true,
        Position = 1,
        ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true,
        ParameterSetName = ByService
    )]
    [ServiceName]
    [ArgumentCompleter(typeof(ServiceNameCompleter))]
    public string[] Name { get; set; } = [];

    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByService)]
    public ServiceManagerKind Manager { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByService)]
    public ServiceScope Scope { get; set; }

    /// <summary>Another host, as <c>user@host</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByService)]
    [Alias("ComputerName")]
    public string? HostName { get; set; }

    /// <summary>Where supervisord listens, for a program; default: as this machine's configuration says.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByService)]
    public string? Socket { get; set; }

    /// <summary>Log files in place of the journal.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByFile)]
    public string[] Path { get; set; } = [];

    /// <summary>Healthy while no line matches.</summary>
    [Parameter]
    public SwitchParameter Absent { get; set; }

    [Parameter]
    public SwitchParameter IgnoreCase { get; set; }

    /// <summary>Only lines this urgent or more.</summary>
    [Parameter(ParameterSetName = ByService)]
    public ServiceLogPriority? Priority { get; set; }

    /// <summary>
    /// Only lines from then on: a date and time, or a duration for that long ago (10m). Default: since the service was started.
    /// </summary>
    [Parameter]
    [PointInTime]
    public DateTime? Since { get; set; }

    /// <summary>Look at this many last lines, whatever their time is.</summary>
    [Parameter]
    [ValidateRange(1, 100_000)]
    public int? Tail { get; set; }

    private protected override IEnumerable<ProbeDefinition> Define()
    {
        var host = ManagerRule.Host(HostName);
        return ParameterSetName == ByFile
            ? Path.Select(p => OfLog(("file", GetUnresolvedProviderPathFromPSPath(p))))
            : Name.Select(n =>
                OfLog(
                    ("service", n),
                    ("manager", Word(Manager)),
                    ("scope", Word(Scope)),
                    ("host", host),
                    ("supervisor", Socket),
                    ("priority", Priority is { } p ? Word(p) : null)
                )
            );
    }

    private ProbeDefinition OfLog(params (string, object?)[] whose) =>
        Probe(
            "log",
            Pattern,
            [
                .. whose,
                ("absent", Absent ? true : null),
                ("ignoreCase", IgnoreCase ? true : null),
                ("since", Since?.ToString("O")),
                ("tail", Tail),
            ]
        );

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
