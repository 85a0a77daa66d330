using OpsRestart.Adapters.Composition;
using OpsRestart.Errors;

namespace OpsRestart.Commands;

[Cmdlet(VerbsData.Export, "NagiosState", SupportsShouldProcess = true)]
[OutputType(typeof(NagiosResult))]
public sealed class ExportNagiosStateCommand : PSCmdlet
{
    /// <summary>What ConvertTo-NagiosResult made.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public NagiosResult InputObject { get; set; } = null!;

    /// <summary>The file, which a reader finds whole at every moment.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    [Alias("Path")]
    public string StateFile { get; set; } = "";

    /// <summary>Return the result too.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        var path = GetUnresolvedProviderPathFromPSPath(StateFile);
        if (ShouldProcess(ShownText.Line(path), ShownText.Line($"Write {InputObject.State}")))
        {
            try
            {
                NagiosFile.Write(path, InputObject);
            }
            catch (OpsRestartException e)
            {
                ThrowTerminatingError(ErrorRecords.From(e, path));
            }
        }

        if (PassThru)
        {
            WriteObject(InputObject);
        }
    }
}
