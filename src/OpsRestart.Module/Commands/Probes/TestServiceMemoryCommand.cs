using OpsRestart.Completion;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "ServiceMemory")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestServiceMemoryCommand : TestServiceNumberCommand
{
    /// <summary>Services, as for Get-ManagedService, without wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ServiceName]
    [ArgumentCompleter(typeof(ServiceNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Service (default): the whole control group. Resident, Virtual: the one process that is the largest by that.</summary>
    [Parameter]
    [ProbeSetting]
    public MemoryMeasure? Measure { get; set; }

    private protected override string Kind => "memory";

    private protected override IEnumerable<string> Targets => Name;
}
