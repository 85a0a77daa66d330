namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "DiskSpace")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestDiskSpaceCommand : TestNumberCommand
{
    /// <summary>Files or folders on the file systems that are meant. Default: /.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("FullName", "Target")]
    public string[] Path { get; set; } = ["/"];

    private protected override string Kind => "disk";

    private protected override IEnumerable<string> Targets => Path.Select(GetUnresolvedProviderPathFromPSPath);
}
