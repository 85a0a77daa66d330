using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "RedisPersistence")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestRedisPersistenceCommand : TestEndpointCommand
{
    /// <summary>Hosts or URIs (<c>redis:// rediss:// unix://</c>). Default: localhost.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Uri", "ComputerName")]
    public string[] Target { get; set; } = ["localhost"];

    /// <summary>Unhealthy when there are changes and the last save is older, unless each change goes into an append-only file.</summary>
    [Parameter]
    [Duration(IsWait = false)]
    [ProbeSetting]
    public TimeSpan? MaxAge { get; set; }

    /// <summary>Save now (BGSAVE) and wait for the end; -Timeout is 5 minutes then.</summary>
    [Parameter]
    [ProbeSetting]
    public SwitchParameter Save { get; set; }

    private protected override string Kind => "persistence";

    private protected override TimeSpan? UsualTimeout => Save ? TimeSpan.FromMinutes(5) : null;

    private protected override IEnumerable<string> Targets => Target.Select(static t => TargetUri.Of("redis", t));
}
