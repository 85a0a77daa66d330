namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "PackageHold")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestPackageHoldCommand : TestEndpointCommand
{
    /// <summary>Packages, by their full names. Default: the datastores and servers that are installed.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    private protected override string Kind => "hold";

    private protected override TimeSpan? UsualTimeout => TimeSpan.FromSeconds(30);

    private protected override IEnumerable<string> Targets => [string.Join(' ', Name)];
}
