using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "PendingUpdate")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestPendingUpdateCommand : TestNumberCommand
{
    /// <summary>Unhealthy with more updates from security archives than this. Default 0.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [ProbeSetting]
    public int? MaxSecurity { get; set; }

    /// <summary>Degraded when the package lists are older than this. Default: any age will do.</summary>
    [Parameter]
    [Duration(IsWait = false)]
    [ProbeSetting]
    public TimeSpan? MaxAge { get; set; }

    private protected override string Kind => "updates";

    private protected override TimeSpan? UsualTimeout => TimeSpan.FromSeconds(60);

    private protected override IEnumerable<string> Targets => ["apt"];
}
