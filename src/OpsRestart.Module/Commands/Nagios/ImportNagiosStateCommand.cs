using OpsRestart.Adapters.Composition;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsData.Import, "NagiosState")]
[OutputType(typeof(NagiosResult))]
public sealed class ImportNagiosStateCommand : PSCmdlet
{
    /// <summary>Files as Export-NagiosState and <c>opsrestart status --state-file</c> write them.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Path", "FullName")]
    public string[] StateFile { get; set; } = [];

    /// <summary>What is older is UNKNOWN. Default 120 s.</summary>
    [Parameter(Position = 1)]
    [Duration(IsWait = false)]
    public TimeSpan? MaxAge { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var path in StateFile.Select(GetUnresolvedProviderPathFromPSPath))
        {
            WriteObject(NagiosFile.Read(path, MaxAge ?? NagiosFile.UsualAge, TimeProvider.System));
        }
    }
}
