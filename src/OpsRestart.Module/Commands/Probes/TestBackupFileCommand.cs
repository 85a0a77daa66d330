using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "BackupFile")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestBackupFileCommand : TestNumberCommand
{
    /// <summary>The backups' files.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("FullName", "Target")]
    public string[] Path { get; set; } = [];

    /// <summary>Older is Unhealthy.</summary>
    [Parameter]
    [Duration(IsWait = false)]
    [ProbeSetting]
    public TimeSpan? MaxAge { get; set; }

    private protected override string Kind => "backup";

    private protected override TimeSpan? UsualTimeout => TimeSpan.FromMinutes(5);

    private protected override IEnumerable<string> Targets => Path.Select(GetUnresolvedProviderPathFromPSPath);
}
