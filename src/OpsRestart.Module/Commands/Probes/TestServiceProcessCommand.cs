using OpsRestart.Completion;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "ServiceProcess")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestServiceProcessCommand : TestServiceNumberCommand
{
    /// <summary>Services, as for Get-ManagedService, without wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ServiceName]
    [ArgumentCompleter(typeof(ServiceNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Only processes whose command line matches this regular expression count. Default: all.</summary>
    [Parameter]
    [ProbeSetting]
    public string? Pattern { get; set; }

    private protected override string Kind => "processes";

    private protected override IEnumerable<string> Targets => Name;
}
