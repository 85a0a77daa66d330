using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "NameResolution")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestNameResolutionCommand : TestEndpointCommand
{
    /// <summary>Names to look up. Default: this host's own.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Target", "ComputerName")]
    public string[] Name { get; set; } = [];

    /// <summary>Each of these addresses has to be among the answers.</summary>
    [Parameter]
    [ProbeSetting("addresses")]
    public string[] Address { get; set; } = [];

    private protected override string Kind => "dns";

    private protected override IEnumerable<string> Targets => Name.Length == 0 ? [""] : Name;
}
