using OpsRestart.Completion;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "OomKill")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestOomKillCommand : TestServiceNumberCommand
{
    /// <summary>Services, as for Get-ManagedService, without wildcards. Default: the whole host.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ServiceName]
    [ArgumentCompleter(typeof(ServiceNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Only kills from then on: a date and time, or a duration for that long ago. Default: 24 hours ago.</summary>
    [Parameter]
    [PointInTime]
    [ProbeSetting]
    public DateTime? Since { get; set; }

    private protected override string Kind => "oom";

    private protected override IEnumerable<string> Targets => Name.Length == 0 ? [""] : Name;
}
